"""What a run does with the database, in one short transaction after another.

Each begins by locking the tasks that have not ended: also those that are paused or being cancelled may still have
questions that are being asked. Whatever people do to a task locks it too, anew for each piece where there is much to
do. So turns and such pieces happen one after another, none waits for items that another has locked, and no two runs get
the same item.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from batch_app import control
from batch_app.models import ENDED, OPEN, BatchItem, BatchRun, BatchTask, BatchTransition
from batch_app.running import recovery
from batch_app.running.claimed import Claimed, Outcome, Work
from batch_app.running.writing import rows_of, write

LEASE = timedelta(seconds=15)
"""A run of another machine that was not seen for so long is over."""
MAX_AHEAD = 2
"""How many times its share a run may have in hand beside it, so that it goes on asking while its turns take long."""
CLAIMED_FIELDS = ("pk", "text", "attempts", "delays")
Status = BatchTask.Status
ItemStatus = BatchItem.Status
ACTIVE = (Status.PENDING, Status.RUNNING)


class RunLostError(Exception):
    """Others took this run for dead and its items with it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run brings to its turn: what it has finished, and how much it has of each task.

    `ahead` is how much more than its share it could use until its next turn, by task, and `room` how much it could take
    in all. It takes nothing of tasks that are `resting`. `sweeps` says that it looks for what dead runs have left, and
    `in_flight`, for people, how many questions it is asking.
    `knows` holds all the items that it has, where the turn before failed: that may have given it others all the same.
    """

    finished: Sequence[Outcome] = ()
    has: Mapping[UUID, int] = field(default_factory=dict)
    ahead: Mapping[UUID, int] = field(default_factory=dict)
    resting: frozenset[UUID] = frozenset()
    room: int = 0
    sweeps: bool = False
    in_flight: int = 0
    knows: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a turn gives: new items, the tasks that may run, and those the run has something of that may run no more.

    Of those that are `paused` nothing new is to be asked; what was asked of those that have `ended` is of no use.
    """

    works: Mapping[UUID, Work]
    claimed: Sequence[Claimed]
    paused: frozenset[UUID]
    ended: frozenset[UUID]


def take_turn(run: UUID, wish: Wish) -> Given:
    """Write what is finished, and claim what there is room for. Raises `RunLostError`, with nothing written."""
    rows = rows_of(wish.finished)
    with transaction.atomic():
        tasks = [task for task in _locked() if task.status in ACTIVE]
        now = timezone.now()  # others may have had their turn for long
        if not BatchRun.objects.filter(pk=run).update(seen_at=now, in_flight=wish.in_flight):
            raise RunLostError
        if wish.sweeps:
            recovery.free_items_of_dead_runs(now - LEASE, now)
        write(run, rows)
        if wish.knows is not None:
            recovery.free_items_not_known(run, wish.knows)
        works, claimed = _claim(run, tasks, wish, now)
        return Given(works, claimed, *_stopped(wish, tasks))


def _locked() -> QuerySet[BatchTask]:
    not_ended = BatchTask.objects.filter(is_complete=True, status__in=[*OPEN, Status.CANCELLED], ended_at=None)
    return not_ended.select_for_update().order_by("pk")


def _may_run(task: BatchTask, waiting_for: Mapping[UUID, str], now: datetime) -> bool:
    """A task that has begun goes on, even where the one before it is retried."""
    if task.status == Status.RUNNING:
        return True
    if task.start_at and task.start_at > now:
        return False
    return task.after_id is None or waiting_for.get(task.after_id, Status.COMPLETED) in ENDED


def _claim(run: UUID, tasks: Sequence[BatchTask], wish: Wish, now: datetime) -> tuple[dict[UUID, Work], list[Claimed]]:
    """Of every task that may run, unless one of a higher priority has questions that wait; and end what is over."""
    waiting_for = dict(
        BatchTask.objects.filter(pk__in=[task.after_id for task in tasks if task.after_id]).values_list("pk", "status")
    )
    standings, (rank, number) = _standings(tasks, now), _place(run)
    works: dict[UUID, Work] = {}
    claimed: list[Claimed] = []
    highest: int | None = None
    for task in sorted(tasks, key=lambda task: (-task.priority, wish.has.get(task.pk, 0), task.created_at)):
        if not _may_run(task, waiting_for, now):
            continue
        standing = standings[task.pk]
        if not standing.is_open:
            _end(task)
            continue
        share = task.concurrency // number + (rank < task.concurrency % number)
        works[task.pk] = Work(task.pk, task.provider, task.search, share)
        if not standing.is_due or task.pk in wish.resting or (highest is not None and task.priority < highest):
            continue
        wanted = share + min(wish.ahead.get(task.pk, 0), MAX_AHEAD * share) - wish.has.get(task.pk, 0)
        found, has_more = _claim_of(run, task, min(wanted, wish.room - len(claimed)), now)
        claimed += found
        if share and has_more:
            highest = task.priority
    return works, claimed


class _Standing(NamedTuple):
    """Whether a task has questions that could be asked now, and any at all that have not ended."""

    is_due: bool
    is_open: bool


def _standings(tasks: Sequence[BatchTask], now: datetime) -> dict[UUID, _Standing]:
    items = BatchItem.objects.filter(task=OuterRef("pk"))
    is_due = Exists(items.filter(status=ItemStatus.PENDING, due_at__lte=now))
    is_open = Exists(items.filter(status__in=[ItemStatus.PENDING, ItemStatus.RUNNING]))
    rows = BatchTask.objects.filter(pk__in=[task.pk for task in tasks]).order_by()
    return {pk: _Standing(*found) for pk, *found in rows.values_list("pk", is_due, is_open)}


def _place(run: UUID) -> tuple[int, int]:
    """Which of how many runs this is; all of them share the concurrency of a task.

    The oldest comes first, so that a task with few questions at a time stays with whoever has it.
    """
    runs = list(BatchRun.objects.order_by("started_at", "pk").values_list("pk", flat=True))
    return runs.index(run), len(runs)


def _claim_of(run: UUID, task: BatchTask, wanted: int, now: datetime) -> tuple[list[Claimed], bool]:
    """Questions of a task that has some, and whether it has more of them."""
    if wanted <= 0:
        return [], True
    items = BatchItem.objects.filter(task=task, status=ItemStatus.PENDING, due_at__lte=now).order_by("index")
    rows = list(items.values_list(*CLAIMED_FIELDS)[: wanted + 1])
    has_more = len(rows) > wanted
    del rows[wanted:]
    BatchItem.objects.filter(pk__in=[row[0] for row in rows]).update(
        status=ItemStatus.RUNNING, claim=run, started_at=now
    )
    if task.status == Status.PENDING:
        task.status, task.started_at = Status.RUNNING, task.started_at or now
        task.save(update_fields=["status", "started_at"])
        BatchTransition.objects.create(task=task, status=task.status)
    return [Claimed(pk, task.pk, *rest) for pk, *rest in rows], has_more


def _end(task: BatchTask) -> None:
    has_answers = BatchItem.objects.filter(task=task, status=ItemStatus.COMPLETED).exists()
    with control.changing(task.pk) as locked:
        control.end(locked, Status.COMPLETED if has_answers else Status.FAILED)


def _stopped(wish: Wish, tasks: Sequence[BatchTask]) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Of the tasks that the run has something of: those that are paused now, and those that have ended."""
    gone = wish.has.keys() - {task.pk for task in tasks}
    paused = BatchTask.objects.filter(pk__in=gone, status=Status.PAUSED).values_list("pk", flat=True) if gone else ()
    stopped = frozenset(paused)
    return stopped, frozenset(gone - stopped)
