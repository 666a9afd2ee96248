"""Gives back what runs had that are over, because their process was killed or their machine is gone."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import F

from batch_app.models import BatchItem, BatchRun
from batch_app.running.again import MAX_DELAYS

Status = BatchItem.Status
INTERRUPTED = {"code": "RAG_ERROR", "message": "Its worker ended too often.", "reason": "interrupted"}


def begin_run(lane: str, pid: int) -> BatchRun:
    """The run that holds `lane` from now on; the one before it is over."""
    BatchRun.objects.filter(lane=lane).delete()
    return BatchRun.objects.create(lane=lane, pid=pid)


def end_run(run: BatchRun) -> None:
    run.delete()


def free_items_of_dead_runs(not_seen_since: datetime, now: datetime) -> None:
    """Let others have the items whose run is no more, or was not seen for too long. The tasks are locked."""
    BatchRun.objects.filter(seen_at__lt=not_seen_since).delete()
    runs = BatchRun.objects.values("pk")
    lost = BatchItem.objects.filter(status=Status.RUNNING).exclude(claim__in=runs)
    lost.filter(delays__gte=MAX_DELAYS).update(
        status=Status.FAILED, claim=None, ended_at=now, delays=F("delays") + 1, error=INTERRUPTED
    )
    lost.update(status=Status.PENDING, claim=None, delays=F("delays") + 1, due_at=now, started_at=None)


def free_items_not_known(run: UUID, known: Collection[int]) -> None:
    """Let anybody have the items that `run` was given and never heard of."""
    unheard = BatchItem.objects.filter(status=Status.RUNNING, claim=run).exclude(pk__in=known)
    unheard.update(status=Status.PENDING, claim=None, started_at=None)
