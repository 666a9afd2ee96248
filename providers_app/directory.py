"""Which providers there are now: a copy of what operators have set, never older than a second when it is used."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import msgspec
from django.db import connections

from providers_app import environment, keys
from providers_app.definition import Connection, Definition, Limits, MidwayFailure, Prices, Prompt, Snapshot
from providers_app.models import PromptTemplate, ProviderConfig, Revision
from providers_app.options import Options
from providers_app.registry import traits_of

logger = logging.getLogger(__name__)
FRESH_S = 1.0
PATIENCE_S = 0.5
"""How long a question waits for the database before it goes by what was known last."""
T = TypeVar("T")
_thread = ThreadPoolExecutor(1, thread_name_prefix="providers")


async def in_database_thread(work: Callable[[], T]) -> T:
    """Do what needs the database in a thread of its own, which keeps no connection."""

    def run() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(_thread, run)


class Directory:
    """Holds the latest snapshot, and looks whether there is a newer one before it is older than `FRESH_S`.

    Servers let it look by itself, between `start` and `stop`; elsewhere it looks when it is asked.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._fresh_until = 0.0
        self._refreshing: asyncio.Task[None] | None = None
        self._following: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Keep the snapshot fresh in the running event loop, so that no question waits for the database."""
        self._following = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.wait([self._following])

    async def current(self) -> Snapshot:
        """What operators have set. While the database is away it is what was known last."""
        loop = asyncio.get_running_loop()
        if self._snapshot is not None and self._clock() < self._fresh_until:
            return self._snapshot
        if self._refreshing is None or self._refreshing.done() or self._refreshing.get_loop() is not loop:
            self._refreshing = loop.create_task(self._refresh())
        await asyncio.wait([self._refreshing], timeout=PATIENCE_S if self._snapshot else None)
        return self._snapshot or Snapshot()

    def forget(self) -> None:
        """Look again at the next question."""
        self._fresh_until = 0.0

    async def _follow(self) -> None:
        while True:
            await self._refresh()
            await asyncio.sleep(FRESH_S / 2)

    async def _refresh(self) -> None:
        known = self._snapshot
        try:
            self._snapshot = await in_database_thread(lambda: load(known))
        except Exception:
            logger.exception("What operators have set about providers could not be read")
        self._fresh_until = self._clock() + FRESH_S


directory = Directory()


def load(known: Snapshot | None = None) -> Snapshot:
    """Read the snapshot from the database, unless `known` is it still. Raises `DatabaseError`."""
    if known is None and not ProviderConfig.objects.exists():
        environment.apply()  # what starts a server has done so already
    revision = Revision.objects.values_list("number", flat=True).first() or 0
    if known is not None and known.revision == revision:
        return known
    rows = ProviderConfig.objects.filter(is_enabled=True).order_by("-is_active", "order", "name")
    definitions = tuple(found for row in rows if (found := definition_of(row)) is not None)
    return Snapshot(revision, definitions, _prompts())


def options_of(row: ProviderConfig) -> Options | None:
    """What is set about the row's kind; None where the kind is gone, or the options do not fit any more."""
    try:
        return msgspec.convert(row.options, traits_of(row.kind).options)
    except (KeyError, msgspec.ValidationError):
        return None


def definition_of(row: ProviderConfig) -> Definition | None:
    """The row as it is used; None where its options cannot be."""
    options = options_of(row)
    if options is None:
        logger.error("Provider %s cannot be used as it is set", row.name)
        return None
    traits = traits_of(row.kind)
    connection = Connection(row.name, row.base_url or traits.default_base_url, _key(row), row.connect_timeout_s)
    return Definition(
        row.name,
        row.kind,
        connection,
        options,
        _part(Limits, row),
        _part(Prices, row),
        MidwayFailure(row.on_midway_failure),
        row.is_choosable,
        row.version,
    )


def _part(kind: type[T], row: ProviderConfig) -> T:
    """A part of the definition whose fields are named like the row's."""
    return kind(**{name: getattr(row, name) for name in kind.__dataclass_fields__})  # type: ignore[attr-defined]


def _key(row: ProviderConfig) -> str:
    try:
        return keys.variable(row.key_variable) if row.key_variable else keys.decrypt(row.encrypted_key)
    except keys.KeyUnreadableError:
        logger.error("The key of provider %s cannot be decrypted", row.name)  # noqa: TRY400 - it has nothing to add
        return ""


def _prompts() -> tuple[Prompt, ...]:
    newest: dict[tuple[str, str], Any] = {}
    for row in PromptTemplate.objects.order_by("version"):
        newest[row.purpose, row.language] = row
    return tuple(
        Prompt(row.purpose, row.language, row.version, row.instructions, row.message) for row in newest.values()
    )
