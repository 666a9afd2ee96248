"""What operators have set, as a process knows it: a copy that is never older than a second when it is used."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from django.db import connections

logger = logging.getLogger(__name__)
FRESH_S = 1.0
PATIENCE_S = 0.5
"""How long whoever wants it waits for the database before they go by what was known last."""
FIRST_PATIENCE_S = 3.0
"""How long while nothing is known yet, before they go by the default."""
T = TypeVar("T")
_thread = ThreadPoolExecutor(1, thread_name_prefix="settings")


async def in_database_thread(work: Callable[[], T]) -> T:
    """Do what needs the database in a thread of its own, which keeps no connection."""

    def run() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(_thread, run)


class LiveCopy(Generic[T]):
    """Holds what `load` gave last, and loads again before that is older than `FRESH_S`.

    `load` gets the copy that there is, and may give it back. It does so by itself between `start` and `stop`, and else
    when it is asked; `default` serves while nothing could be loaded yet.
    """

    def __init__(
        self, load: Callable[[T | None], T], default: Callable[[], T], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._load = load
        self._default = default
        self._clock = clock
        self._copy: T | None = None
        self._fresh_until = 0.0
        self._refreshing: asyncio.Task[None] | None = None
        self._following: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Keep the copy fresh in the running event loop, so that nobody waits for the database."""
        self._following = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.wait([self._following])

    @property
    def latest(self) -> T:
        """What was loaded last, without a look whether there is anything newer."""
        return self._default() if self._copy is None else self._copy

    @property
    def is_known(self) -> bool:
        """Whether it could be loaded at least once."""
        return self._copy is not None

    async def current(self) -> T:
        """What operators have set. While the database is away, or hangs, it is what was known last."""
        loop = asyncio.get_running_loop()
        if self._copy is not None and self._clock() < self._fresh_until:
            return self._copy
        if self._refreshing is None or self._refreshing.done() or self._refreshing.get_loop() is not loop:
            self._refreshing = loop.create_task(self._refresh())
        await asyncio.wait([self._refreshing], timeout=PATIENCE_S if self.is_known else FIRST_PATIENCE_S)
        return self.latest

    def forget(self) -> None:
        """Look again at the next question."""
        self._fresh_until = 0.0

    async def _follow(self) -> None:
        while True:
            await self._refresh()
            await asyncio.sleep(FRESH_S / 2)

    async def _refresh(self) -> None:
        known = self._copy
        try:
            self._copy = await in_database_thread(lambda: self._load(known))
        except Exception:
            logger.exception("What operators have set could not be read")
        self._fresh_until = self._clock() + FRESH_S
