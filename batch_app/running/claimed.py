"""A question that a run has, and how it ends there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from batch_app.models import BatchItem
from providers_app.contract import Source

Status = BatchItem.Status


@dataclass(frozen=True, slots=True)
class Work:
    """What a run must know of a task to answer its questions. `share` is how many this run may ask at a time."""

    task: UUID
    provider: str
    search: bool | None
    share: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """One question; `attempts` and `delays` count what it has been through."""

    pk: int
    task: UUID
    text: str
    attempts: int
    delays: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an item leaves a run: ended, or pending again from `at` on.

    `is_task_resting` says that nobody could be asked, which will be no better for the task's other questions.
    """

    item: Claimed
    status: BatchItem.Status
    at: datetime
    attempts: int
    delays: int
    started_at: datetime | None = None
    result: str = ""
    sources: tuple[Source, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    error: dict[str, Any] | None = None
    is_task_resting: bool = False


def released(item: Claimed, at: datetime) -> Outcome:
    """An item that the run gives back as it got it."""
    return Outcome(item, Status.PENDING, at, item.attempts, item.delays)
