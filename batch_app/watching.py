"""Watching batches: one look at the database a second for all who watch in this process, only while anybody does.

It is the database that is watched and not word from workers, so it works however the service is deployed.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections
from django.utils import timezone

from batch_app.counts import Counts, counts_of
from batch_app.models import ENDED, BatchTask
from batch_app.refusals import unknown_task
from providers_app.loops import PerLoop

logger = logging.getLogger(__name__)
LOOK_EVERY_S = 1.0
MAX_TASKS_IN_A_LOOK = 500
"""More are looked at in several queries."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task has come, as it was `seen_at`. Two are equal where nothing has changed between them."""

    task_id: UUID
    status: BatchTask.Status
    counts: Counts
    seen_at: datetime = field(compare=False)

    @property
    def has_ended(self) -> bool:
        """Whether this is the last of it. Between the two queries of a look an ended task may have been retried."""
        return self.status in ENDED and not self.counts.open

    @property
    def message(self) -> str:
        """The same for people, in English."""
        counts = self.counts
        parts = [f"{counts.completed} of {counts.total} answered"]
        parts += [f"{counts.failed} failed"] if counts.failed else []
        parts += [f"{counts.cancelled} cancelled"] if counts.cancelled else []
        return f"{self.status.capitalize()}: {', '.join(parts)}."


async def watch(task_id: UUID) -> AsyncGenerator[Progress]:
    """The task's progress at once and whenever it changes, up to its end; who is slow gets the newest only.

    Raises `RefusedError` where there is no such task, or not any more.
    """
    board = _boards.get()
    watcher = board.enter(task_id)
    try:
        while True:
            progress = await watcher.news()
            if progress is None:
                raise unknown_task()
            yield progress
            if progress.has_ended:
                return
    finally:
        board.leave(task_id, watcher)


class _Watcher:
    """Somebody who watches a task, and what they have not been told yet."""

    def __init__(self) -> None:
        self._has_news = asyncio.Event()
        self._newest: Progress | None = None

    def tell(self, progress: Progress | None) -> None:
        """None says that there is no such task."""
        self._newest = progress
        self._has_news.set()

    async def news(self) -> Progress | None:
        await self._has_news.wait()
        self._has_news.clear()
        return self._newest


@dataclass(slots=True)
class _Watched:
    """A task that somebody watches, and what is known of it."""

    watchers: set[_Watcher] = field(default_factory=set)
    progress: Progress | None = None


class _Board:
    """What is watched in an event loop, and the one task that looks, which ends with the last watcher."""

    def __init__(self) -> None:
        self._watched: dict[UUID, _Watched] = {}
        self._has_new = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._is_failing = False

    def enter(self, task_id: UUID) -> _Watcher:
        watcher = _Watcher()
        watched = self._watched.setdefault(task_id, _Watched())
        watched.watchers.add(watcher)
        if watched.progress:
            watcher.tell(watched.progress)
        else:
            self._has_new.set()
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_again_and_again())
        return watcher

    def leave(self, task_id: UUID, watcher: _Watcher) -> None:
        watched = self._watched.get(task_id)
        if watched and watcher in watched.watchers:
            watched.watchers.remove(watcher)
            if not watched.watchers:
                del self._watched[task_id]
        if not self._watched and self._looking:
            self._looking.cancel()
            self._looking = None

    async def _look_again_and_again(self) -> None:
        """At all tasks every `LOOK_EVERY_S`, and in between at those that nobody has watched before."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            self._has_new.clear()
            is_due = clock() >= due
            await self._look([key for key, each in self._watched.items() if is_due or each.progress is None])
            if is_due:
                due = clock() + LOOK_EVERY_S
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._has_new.wait()

    async def _look(self, task_ids: list[UUID]) -> None:
        for start in range(0, len(task_ids), MAX_TASKS_IN_A_LOOK):
            some = task_ids[start : start + MAX_TASKS_IN_A_LOOK]
            try:
                found = await _progress_of(some)
            except Exception:
                if not self._is_failing:
                    logger.exception("Batches cannot be watched just now; it is tried again")
                self._is_failing = True
                return
            self._is_failing = False
            for task_id in some:
                self._tell(task_id, found.get(task_id))

    def _tell(self, task_id: UUID, progress: Progress | None) -> None:
        """What is over is forgotten: whoever watches the task from now on has it looked at anew."""
        watched = self._watched.get(task_id)
        if watched is None:
            return
        if progress is None or progress.has_ended:
            del self._watched[task_id]
        elif progress == watched.progress:
            return
        watched.progress = progress
        for watcher in watched.watchers:
            watcher.tell(progress)


_boards: PerLoop[_Board] = PerLoop(_Board)


@sync_to_async(thread_sensitive=False)  # the thread that all share would make live speech wait for long batches
def _progress_of(task_ids: Collection[UUID]) -> dict[UUID, Progress]:
    """That of the tasks that there are. First their states: the counts of a task that has ended are the last ones."""
    try:
        rows = BatchTask.objects.filter(pk__in=task_ids, is_complete=True).values_list("pk", "status")
        states = {key: BatchTask.Status(status) for key, status in rows}
        counts = counts_of(states)
        now = timezone.now()
        return {key: Progress(key, status, counts[key], now) for key, status in states.items()}
    finally:
        connections.close_all()
