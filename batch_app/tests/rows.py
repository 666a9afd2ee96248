"""Batches on record, in whatever state a test wants."""

from typing import Any

from django.utils import timezone

from batch_app.models import ENDED, OPEN_ITEMS, BatchItem, BatchTask, BatchTransition


def batch(*states: str, **fields: Any) -> BatchTask:
    """A task with an item in each of the `states`; it has ended if its state says so and no item is open."""
    fields = {"name": "Questions", "status": "running", "concurrency": 10, "is_complete": True} | fields
    if fields["status"] in ENDED and not set(states).intersection(OPEN_ITEMS):
        fields = {"ended_at": timezone.now()} | fields
    task = BatchTask.objects.create(total=len(states), **fields)
    BatchTransition.objects.create(task=task, status=task.status)
    BatchItem.objects.bulk_create(
        BatchItem(task=task, index=index, text=f"What is {index}?", status=state) for index, state in enumerate(states)
    )
    return task


def end_item(task: BatchTask, index: int, status: str = "completed") -> None:
    BatchItem.objects.filter(task=task, index=index).update(status=status)


def set_status(task: BatchTask, status: str) -> None:
    BatchTask.objects.filter(pk=task.pk).update(status=status)
