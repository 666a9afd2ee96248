"""The questions of one task that a run has: some are being asked, the others wait for their turn."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from batch_app.running.again import rest_s
from batch_app.running.answering import answer
from batch_app.running.claimed import Claimed, Outcome, Work

SMOOTHING = 0.5
MARGIN = 1.5


@dataclass(slots=True)
class Asking:
    """At most `work.share` questions at a time; `done` is called with the outcome of each."""

    work: Work
    done: Callable[[Outcome], None]
    waiting: deque[Claimed] = field(default_factory=deque)
    in_flight: dict[Claimed, asyncio.Task[None]] = field(default_factory=dict)
    rests_until: float = 0.0
    refusals: int = 0
    pace: float = 0.0
    _ended: int = 0

    def __len__(self) -> int:
        return len(self.waiting) + len(self.in_flight)

    def __iter__(self) -> Iterator[Claimed]:
        yield from self.waiting
        yield from self.in_flight

    def fill(self) -> None:
        """Ask as many as may be asked."""
        while self.waiting and len(self.in_flight) < self.work.share:
            item = self.waiting.popleft()
            self.in_flight[item] = asyncio.create_task(self._ask(item))

    def drop(self) -> list[asyncio.Task[None]]:
        """Forget all of it; the tasks that were cancelled are to be waited for."""
        self.waiting.clear()
        tasks = list(self.in_flight.values())
        for task in tasks:
            task.cancel()
        return tasks

    def withdraw(self) -> list[Claimed]:
        """Take back what waits."""
        waiting = list(self.waiting)
        self.waiting.clear()
        return waiting

    def ahead(self, elapsed_s: float, lasts_s: float) -> int:
        """How many more questions than its share could be begun in `lasts_s`, after `elapsed_s` since the last call."""
        pace = self._ended / max(elapsed_s, 0.001)
        self.pace += SMOOTHING * (pace - self.pace)
        self._ended = 0
        return int(self.pace * lasts_s * MARGIN)

    async def _ask(self, item: Claimed) -> None:
        try:
            outcome = await answer(item, self.work)
        finally:
            del self.in_flight[item]
        self._ended += 1
        self._learn(outcome)
        self.done(outcome)
        self.fill()

    def _learn(self, outcome: Outcome) -> None:
        """Rest where nobody can be asked, each time for longer."""
        now = asyncio.get_running_loop().time()
        if not outcome.is_task_resting:
            self.refusals, self.rests_until = 0, 0.0
        elif now >= self.rests_until:
            self.refusals += 1
            self.rests_until = now + rest_s(self.refusals)
