"""How the running of batches is: the queue, and who works on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from batch_app.models import OPEN, BatchItem, BatchRun, BatchTask, BatchWorker

ALIVE_FOR = timedelta(seconds=15)
"""How long ago a worker that is alive may have been seen last."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The batches that have not ended, of which there are at most `limit`, and their questions."""

    pending: int
    running: int
    paused: int
    limit: int
    items_waiting: int
    items_running: int


@dataclass(frozen=True, slots=True)
class Worker:
    """A Celery worker that takes batches."""

    name: str
    seen_at: datetime
    is_alive: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A process of `worker` that answers questions, `in_flight` of them at this moment."""

    worker: str
    pid: int
    started_at: datetime
    seen_at: datetime
    in_flight: int


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """`enabled` tells whether batches are taken."""

    enabled: bool
    queue: Queue
    workers: list[Worker]
    runs: list[Run]


def status() -> BatchStatus:
    """Read anew, in four queries."""
    return BatchStatus(settings.BATCH_ENABLED, _queue(), workers(), _runs())


def _queue() -> Queue:
    tasks = dict(BatchTask.objects.filter(is_complete=True).order_by().values_list("status").annotate(Count("pk")))
    items = BatchItem.objects.filter(task__in=BatchTask.objects.filter(is_complete=True, status__in=OPEN)).aggregate(
        waiting=Count("pk", filter=Q(status=BatchItem.Status.PENDING)),
        running=Count("pk", filter=Q(status=BatchItem.Status.RUNNING)),
    )
    return Queue(
        pending=tasks.get(BatchTask.Status.PENDING, 0),
        running=tasks.get(BatchTask.Status.RUNNING, 0),
        paused=tasks.get(BatchTask.Status.PAUSED, 0),
        limit=settings.BATCH_MAX_QUEUE_SIZE,
        items_waiting=items["waiting"],
        items_running=items["running"],
    )


def workers() -> list[Worker]:
    """Those that were seen in the last hour or so; `tasks` forgets the others."""
    return [Worker(each.name, each.seen_at, is_alive(each)) for each in BatchWorker.objects.order_by("name")]


def is_alive(worker: BatchWorker) -> bool:
    return worker.seen_at >= timezone.now() - ALIVE_FOR


def _runs() -> list[Run]:
    return [
        Run(each.lane, each.pid, each.started_at, each.seen_at, each.in_flight)
        for each in BatchRun.objects.order_by("lane")
    ]
