"""Turns of runs that ask nobody: what comes of a question is for the test to say."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from batch_app.models import BatchItem, BatchRun, BatchTask
from batch_app.running.claimed import Claimed, Outcome
from batch_app.running.turn import Given, Wish, take_turn

Status = BatchItem.Status


def begun(lane: str = "a") -> UUID:
    """A run that has just begun."""
    return BatchRun.objects.create(lane=lane, pid=1).pk


def turn(run: UUID, *finished: Outcome, room: int = 100, **wish: Any) -> Given:
    return take_turn(run, Wish(finished, room=room, **wish))


def claimed(run: UUID, **wish: Any) -> list[str]:
    """The questions that a turn gives, each with the name of its task."""
    names = dict(BatchTask.objects.values_list("pk", "name"))
    return [f"{names[item.task]} {BatchItem.objects.get(pk=item.pk).index}" for item in turn(run, **wish).claimed]


def answered(item: Claimed, text: str = "Because.") -> Outcome:
    return Outcome(item, Status.COMPLETED, timezone.now(), item.attempts + 1, item.delays, timezone.now(), text)


def failed(item: Claimed) -> Outcome:
    error = {"code": "RAG_ERROR", "message": "", "reason": "timeout"}
    return Outcome(item, Status.FAILED, timezone.now(), item.attempts + 1, item.delays, timezone.now(), error=error)


def postponed(item: Claimed, until: datetime) -> Outcome:
    return Outcome(item, Status.PENDING, until, item.attempts + 1, item.delays)


def statuses(task: BatchTask) -> list[str]:
    return list(task.items.order_by("index").values_list("status", flat=True))


def history(task: BatchTask) -> list[str]:
    return [each.status for each in task.transitions.all()]
