"""Runs and people at the same batches at the same moment: every question ends once, and the counts add up."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import pytest

from batch_app import control
from batch_app.counts import counts_of
from batch_app.models import ENDED, OPEN, BatchTask
from batch_app.refusals import RefusedError
from batch_app.running import recovery
from batch_app.running.claimed import Claimed
from batch_app.running.turn import RunLostError
from batch_app.tests.batches import TIMEOUT_S, together
from batch_app.tests.rows import batch
from batch_app.tests.turns import answered, failed, history, turn

pytestmark = pytest.mark.usefixtures("database", "rings")
QUESTIONS = 24
ACTIONS = 6


class Race:
    """Batches that several threads work at until all of them have ended."""

    def __init__(self, *tasks: BatchTask) -> None:
        self.tasks = tasks
        self.given: Counter[tuple[int, int]] = Counter()
        self.is_quiet = threading.Event()
        self._busy = 0
        self._lock = threading.Lock()
        self._deadline = time.monotonic() + 2 * TIMEOUT_S

    def is_over(self) -> bool:
        assert time.monotonic() < self._deadline
        return self.is_quiet.is_set() and not BatchTask.objects.filter(status__in=OPEN).exists()

    def run(self, lane: str, *, dies: bool = False) -> Callable[[], None]:
        """Takes turns, and fails some of the questions; one that `dies` begins anew now and then, as if killed."""

        def take_turns() -> None:
            chance, number = random.Random(lane), 0  # noqa: S311 - nothing secret
            run, has = recovery.begin_run(lane, 1).pk, list[Claimed]()
            while not self.is_over():
                number += 1
                if dies and number % 7 == 0:
                    run, has = recovery.begin_run(lane, 1).pk, []
                chance.shuffle(has)
                done, has = has[:3], has[3:]
                said = [(failed if chance.random() < 0.3 else answered)(item) for item in done]
                counted = Counter(item.task for item in has)
                try:
                    given = turn(run, *said, room=10, has=counted, sweeps=number % 5 == 0)
                except RunLostError:
                    run, has = recovery.begin_run(lane, 1).pk, []
                    continue
                has = [item for item in has if item.task not in given.ended] + list(given.claimed)
                with self._lock:
                    self.given.update((item.pk, item.delays) for item in given.claimed)

        return take_turns

    def people(self, *acts: Callable[..., BatchTask]) -> Callable[[], None]:
        """Do one thing after another to the tasks, whatever state they are in; the last to end leaves none paused."""
        self._busy += 1

        def act() -> None:
            for number in range(ACTIONS):
                for each in acts:
                    with suppress(RefusedError):
                        each(self.tasks[number % len(self.tasks)].pk)
            with self._lock:
                self._busy -= 1
                if self._busy:
                    return
            for task in BatchTask.objects.filter(status="paused"):
                control.resume(task.pk)
            self.is_quiet.set()

        return act

    def watch(self) -> None:
        """The counts add up to the total at every read."""
        totals = {task.pk: task.total for task in self.tasks}
        while not self.is_over():
            assert {pk: counts.total for pk, counts in counts_of(totals).items()} == totals


def assert_ended_well(task: BatchTask) -> None:
    task.refresh_from_db()
    counts = counts_of([task.pk])[task.pk]
    assert task.status in ENDED
    assert counts.open == 0
    assert counts.total == task.total
    assert (task.status == "completed") <= (counts.completed > 0)
    assert (task.status == "failed") <= (counts.completed == 0 < counts.failed)
    assert (counts.cancelled > 0) <= (task.status == "cancelled")
    for item in task.items.all():
        assert item.claim is None
        assert item.ended_at
        assert bool(item.result) == (item.status == "completed")
    changes = history(task)
    assert changes[-1] == task.status
    assert all(before != after for before, after in pairwise(changes))


def test_runs_alone_never_get_the_same_question():
    tasks = [batch(*["pending"] * QUESTIONS, status="pending", concurrency=9, priority=n % 2) for n in range(3)]
    race = Race(*tasks)
    race.is_quiet.set()
    together(race.run("a"), race.run("b"), race.run("c"), race.watch)
    assert race.given.total() == len(race.given) == 3 * QUESTIONS
    for task in tasks:
        assert_ended_well(task)
        assert history(task) == ["pending", "running", "completed"]


def test_questions_of_a_run_that_keeps_dying_are_given_once_after_each_death():
    task = batch(*["pending"] * QUESTIONS, status="pending", concurrency=9)
    race = Race(task)
    race.is_quiet.set()
    together(race.run("a"), race.run("b", dies=True))
    assert_ended_well(task)
    assert set(race.given.values()) == {1}


def test_every_question_ends_once_whatever_people_do_meanwhile():
    tasks = [batch(*["pending"] * QUESTIONS, status="pending", concurrency=9) for _ in range(4)]
    race = Race(*tasks)
    cancelled = tasks[0].pk
    together(
        race.run("a"),
        race.run("b"),
        race.people(control.pause, control.resume, control.retry, lambda _: control.cancel(cancelled)),
        race.people(control.retry, control.pause, control.retry, control.resume),
        race.watch,
    )
    for task in tasks:
        assert_ended_well(task)
    tasks[0].refresh_from_db()
    assert tasks[0].status == "cancelled"


def test_cancelling_and_ending_at_the_same_moment_is_one_end():
    task = batch("pending", status="pending", webhook_url="https://example.com")
    run = recovery.begin_run("a", 1).pk
    [item] = turn(run).claimed

    def cancel() -> bool:
        try:
            return control.cancel(task.pk).status == "cancelled"
        except RefusedError:
            return False

    was_cancelled, _ = together(cancel, lambda: turn(run, answered(item)))
    assert_ended_well(task)
    assert history(task) == ["pending", "running", "cancelled" if was_cancelled else "completed"]
    assert task.webhook_due_at == task.ended_at
