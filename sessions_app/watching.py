"""The batches that the client of a socket watches. Batches are no business of sessions: the site connects the two."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from sessions_app.domain.events import Refused
from sessions_app.domain.protocol import ErrorCode
from sessions_app.domain.protocol.server import BatchProgress
from sessions_app.domain.rendering import Numbering, render
from sessions_app.incidents import report
from sessions_app.outbox import Outbox

MAX_WATCHES = 16
"""How many batches one socket may watch at a time."""

Source = Callable[[str], AsyncGenerator[BatchProgress]]
"""The progress of a batch: at once, and whenever it changes, up to its end. May raise `WatchEndedError`."""


class WatchEndedError(Exception):
    """There is nothing more to watch, and the client must know why."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Batches:
    """What this process knows of batches: nothing, until the site sets their `source` at its start."""

    source: Source | None = None


batches = Batches()


class Watches:
    """Those of one socket.

    `current` gives the numbering of the session that the client is in, `refuse` tells it what cannot be done.
    """

    def __init__(self, outbox: Outbox, current: Callable[[], Numbering], refuse: Callable[[Refused], None]) -> None:
        self._outbox = outbox
        self._current = current
        self._refuse = refuse
        self._by_task: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()

    def begin(self, task_id: str) -> None:
        """Tell the client of this batch from now on; of one that it watches it is told anew where that stands."""
        watched = self._by_task.pop(task_id, None)
        if watched:
            watched.cancel()
        elif len(self._by_task) >= MAX_WATCHES:
            self._refuse(Refused(ErrorCode.BATCH_QUEUE_FULL, details={"task_id": task_id, "limit": MAX_WATCHES}))
            return
        self._by_task[task_id] = task = asyncio.create_task(self._follow(task_id))
        task.add_done_callback(lambda done: self._forget(task_id, done))

    async def end(self) -> None:
        """Watch nothing any more."""
        tasks = list(self._by_task.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self, task_id: str, done: asyncio.Task[None]) -> None:
        if self._by_task.get(task_id) is done:
            del self._by_task[task_id]

    async def _follow(self, task_id: str) -> None:
        try:
            if batches.source is None:
                raise WatchEndedError(ErrorCode.BATCH_TASK_NOT_FOUND)  # noqa: TRY301 - told as any other end
            async with aclosing(batches.source(task_id)) as seen:
                async for progress in seen:
                    await self._tell(progress)
        except WatchEndedError as end:
            self._refuse(Refused(end.code, details={"task_id": task_id}))
        except Exception as error:  # noqa: BLE001 - whatever it is, the client hears of it and the log has a name
            details = {"task_id": task_id, "error_id": report(error, "watching a batch")}
            self._refuse(Refused(ErrorCode.SERVER_ERROR, details=details))

    async def _tell(self, progress: BatchProgress) -> None:
        """Only while nothing else waits for the client, one after the other, so that no answer waits for progress."""
        async with self._turn:
            await self._outbox.owes_nothing()
            self._outbox.put(render(progress, self._current()))
