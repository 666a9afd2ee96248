"""How far batches have come: always added up anew, in one query, so that the parts make the whole at every read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max
from django.utils import timezone

from batch_app.models import BatchItem, BatchTask, BatchTransition

PACE_WINDOW = timedelta(minutes=5)
"""How far back the pace of a task is looked at."""


@dataclass(slots=True)
class Counts:
    """How many questions of a task are in which state."""

    pending: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def total(self) -> int:
        return self.pending + self.running + self.completed + self.failed + self.cancelled

    @property
    def open(self) -> int:
        """Those that have no end yet."""
        return self.pending + self.running

    @property
    def percent(self) -> float:
        """The part that has ended, from 0 to 100; 100 only where nothing is open."""
        if not self.open:
            return 100.0
        return min(round(100 * (self.total - self.open) / self.total, 1), 99.9)


def counts_of(tasks: Collection[UUID]) -> dict[UUID, Counts]:
    """The counts of each task."""
    found = {task: Counts() for task in tasks}
    rows = (
        BatchItem.objects.filter(task__in=found).order_by().values_list("task", "status").annotate(number=Count("pk"))
    )
    for task, status, number in rows:
        setattr(found[task], status, number)
    return found


def estimated_completion(task: BatchTask, counts: Counts) -> datetime | None:
    """When a running task will have ended if it keeps the pace of the last minutes; None where nobody can tell."""
    if task.status != BatchTask.Status.RUNNING:
        return None
    now = timezone.now()
    running = BatchTransition.objects.filter(task=task, status=BatchTask.Status.RUNNING)
    since: datetime = max(now - PACE_WINDOW, running.aggregate(latest=Max("at"))["latest"] or now)
    ended = BatchItem.objects.filter(task=task, ended_at__gte=since).count()
    return now + (now - since) * (counts.open / ended) if ended else None
