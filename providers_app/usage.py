"""What questions took, written to the database in the background."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from providers_app import rows
from providers_app.live_copy import in_database_thread
from providers_app.models import UsageRecord

logger = logging.getLogger(__name__)
DELAY_S = 1.0
"""How long rows wait for others to be written with."""
MAX_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Usage:
    """The fields of a `UsageRecord`, for a fraction of its price."""

    asked_at: datetime
    origin: str
    outcome: str
    total_ms: float
    provider: str = ""
    model: str = ""
    error_reason: str = ""
    is_cached: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    currency: str = ""
    first_token_ms: float | None = None
    attempts: Sequence[Mapping[str, Any]] = ()


class UsageWriter:
    """Keeps at most `max_rows` rows until they are written; beyond that the oldest go, and only their number is told.

    The database being away costs rows, never an answer.
    """

    def __init__(self, max_rows: int = MAX_ROWS) -> None:
        self._rows: deque[Usage] = deque(maxlen=max_rows)
        self._lost = 0
        self._timer: asyncio.TimerHandle | None = None
        self._timers_loop: asyncio.AbstractEventLoop | None = None
        self._writing: asyncio.Task[None] | None = None

    def put(self, row: Usage) -> None:
        """Write `row` in a moment; never waits."""
        if len(self._rows) == self._rows.maxlen:
            self._lost += 1
        self._rows.append(row)
        loop = asyncio.get_running_loop()
        if self._timer is None or self._timers_loop is not loop:
            self._timer, self._timers_loop = loop.call_later(DELAY_S, self._start), loop

    async def close(self) -> None:
        """Write what waits. Rows that come later are written all the same."""
        if self._timer is not None:
            self._timer.cancel()
        self._start()
        if self._writing is not None:
            await self._writing

    def _start(self) -> None:
        self._timer = None
        running = self._writing
        loop = asyncio.get_running_loop()
        if running is None or running.done() or running.get_loop() is not loop:
            self._writing = loop.create_task(self._write())

    async def _write(self) -> None:
        cause = f"at most {self._rows.maxlen} may wait"
        while batch := self._batch():
            try:
                await in_database_thread(partial(_write, batch))
            except Exception as error:  # noqa: BLE001 - whatever it is, the next rows get their chance
                self._lost += len(batch)
                cause = type(error).__name__
        if self._lost:
            logger.warning("The usage of %d questions was lost: %s", self._lost, cause)
            self._lost = 0

    def _batch(self) -> list[Usage]:
        batch: list[Usage] = []
        with suppress(IndexError):
            while len(batch) < rows.MAX_ROWS:
                batch.append(self._rows.popleft())
        return batch


def _write(batch: list[Usage]) -> None:
    rows.insert(UsageRecord, rows.parameters(UsageRecord, batch))


writer = UsageWriter()
