"""One run: it takes turns at the database, and asks in between, until there is nothing left to do."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any
from uuid import UUID

from django import db
from django.conf import settings
from django.utils import timezone

from batch_app.running.asking import Asking
from batch_app.running.claimed import Claimed, Outcome, released
from batch_app.running.turn import Given, RunLostError, Wish, take_turn

logger = logging.getLogger(__name__)
PACE_S = 0.06
"""How long results wait for others to be written with; a turn takes SQLite's lock, and much of it costs the same."""
CONTROL_S = 0.5
"""How long it takes a run at most to notice what was done to a task, or to itself."""
SWEEP_S = 3.0
IDLE_S = 3.0
"""How long a run waits for more work before it ends."""
LET_GO_S = 3.0
"""How long providers may take to clean up after questions that nobody wants answered any more."""
RETRY_S = 1.0
"""How long the database is left alone after a failure."""


class Runner:
    """Answers what waits in the database until `should_stop`, or until nothing has waited for `IDLE_S`."""

    def __init__(self, run: UUID, should_stop: Callable[[], bool]) -> None:
        self._run = run
        self._should_stop = should_stop
        self._asking: dict[UUID, Asking] = {}
        self._finished: list[Outcome] = []
        self._news = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="batch")
        self._turn_s = PACE_S
        self._turned_at = self._swept_at = self._busy_at = 0.0
        self._is_unsure = False
        self._room = max(400, 2 * settings.BATCH_MAX_CONCURRENT)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        self._busy_at = self._turned_at = loop.time()
        try:
            while not self._should_stop() and (self._has_work() or loop.time() - self._busy_at < IDLE_S):
                await self._work()
        except RunLostError:
            logger.warning("A run of batches was taken for dead; its questions are asked elsewhere")
            await self._drop(list(self._asking))
        finally:
            try:
                await self._give_back()
            finally:
                await loop.run_in_executor(self._thread, db.connections.close_all)
                self._thread.shutdown(wait=False)

    async def _work(self) -> None:
        try:
            given = await self._turn()
        except db.Error as error:
            logger.warning("Batches wait for the database (%s)", type(error).__name__)
            self._is_unsure = True
            await asyncio.sleep(RETRY_S)
            return
        await self._take(given)
        if self._has_work():
            self._busy_at = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(CONTROL_S):
                await self._news.wait()
            await asyncio.sleep(PACE_S)
        except TimeoutError:
            pass
        self._news.clear()

    def _has_work(self) -> bool:
        return bool(self._asking or self._finished)

    async def _turn(self) -> Given:
        """Bring what is finished to the database; where that fails it stays for the next turn."""
        now = asyncio.get_running_loop().time
        began, finished = now(), self._finished[:]
        elapsed = began - self._turned_at
        has = {task: len(asking) for task, asking in self._asking.items()}
        lasts_s = 2 * self._turn_s + PACE_S  # from now until what the next turn claims is here
        wish = Wish(
            finished=finished,
            has=has,
            ahead={task: asking.ahead(elapsed, lasts_s) for task, asking in self._asking.items()},
            resting=frozenset(task for task, asking in self._asking.items() if asking.rests_until > began),
            room=self._room - sum(has.values()),
            sweeps=began - self._swept_at >= SWEEP_S,
            in_flight=sum(len(asking.in_flight) for asking in self._asking.values()),
            knows={item.pk for asking in self._asking.values() for item in asking} if self._is_unsure else None,
        )
        given: Given = await self._in_thread(take_turn, self._run, wish)
        del self._finished[: len(finished)]
        self._is_unsure = False
        if wish.sweeps:
            self._swept_at = began
        self._turned_at, self._turn_s = began, now() - began
        return given

    async def _take(self, given: Given) -> None:
        for task in given.paused:
            self._release(self._asking[task].withdraw())
        await self._drop(given.ended)
        for task, work in given.works.items():
            if task in self._asking:
                self._asking[task].work = work
                if not work.share:
                    self._release(self._asking[task].withdraw())
        for item in given.claimed:
            asking = self._asking.get(item.task)
            if asking is None:
                asking = self._asking[item.task] = Asking(given.works[item.task], self._take_outcome)
            asking.waiting.append(item)
        now = asyncio.get_running_loop().time()
        for task, asking in list(self._asking.items()):
            asking.fill()
            if not asking and asking.rests_until <= now:
                del self._asking[task]

    def _take_outcome(self, outcome: Outcome) -> None:
        self._finished.append(outcome)
        asking = self._asking.get(outcome.item.task)
        if asking and outcome.is_task_resting:
            self._release(asking.withdraw())
        self._news.set()

    def _release(self, items: Sequence[Claimed]) -> None:
        now = timezone.now()
        self._finished += [released(item, now) for item in items]

    async def _drop(self, tasks: Sequence[UUID] | frozenset[UUID]) -> list[Claimed]:
        """Stop asking; returns what was being asked."""
        dropped = [self._asking.pop(task) for task in tasks]
        items = list(chain.from_iterable(asking.in_flight for asking in dropped))
        cancelled = list(chain.from_iterable(asking.drop() for asking in dropped))
        if cancelled:
            await asyncio.wait(cancelled, timeout=LET_GO_S)
        return items

    async def _give_back(self) -> None:
        """Let others have what this run has not finished."""
        waiting = list(chain.from_iterable(asking.withdraw() for asking in self._asking.values()))
        self._release(waiting + await self._drop(list(self._asking)))
        if self._finished:
            try:
                await self._in_thread(take_turn, self._run, Wish(self._finished))
            except (db.Error, RunLostError) as error:
                logger.warning("What a run had is left to others (%s)", type(error).__name__)

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        def run() -> Any:
            try:
                return work(*arguments)
            except db.Error:
                db.connections.close_all()  # it may be the connection that is broken
                raise

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)
