"""Which providers there are now, as operators have set them."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from providers_app import environment, keys
from providers_app.definition import Connection, Definition, Limits, MidwayFailure, Prices, Prompt, Snapshot
from providers_app.live_copy import LiveCopy
from providers_app.models import PromptTemplate, ProviderConfig, Revision
from providers_app.options import Options
from providers_app.registry import traits_of

logger = logging.getLogger(__name__)
T = TypeVar("T")


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


class Directory(LiveCopy[Snapshot]):
    """The snapshot that a process goes by."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(load, Snapshot, clock)


directory = Directory()


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
