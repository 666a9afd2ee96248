"""Deleting batches that have ended: piece by piece, for a long transaction would make live speech wait."""

import time
from uuid import UUID

from django.db import transaction

from batch_app.models import BatchItem, BatchTask
from batch_app.refusals import Code, RefusedError, unknown_task

CHUNK = 500
"""How many questions are deleted at a time."""
PAUSE_S = 0.01
"""In which others come to write."""


def delete(task_id: UUID) -> None:
    """Delete the batch with all its questions. Raises `RefusedError` where there is none, or where it has not ended.

    From its beginning nobody sees the batch any more; where the process dies, `finish` does the rest.
    """
    with transaction.atomic():
        task = BatchTask.objects.select_for_update().filter(pk=task_id, is_complete=True).first()
        if task is None:
            raise unknown_task()
        if task.ended_at is None:  # also one that is being cancelled still
            message = f"A batch that is {task.status} cannot be deleted before all of it has ended."
            raise RefusedError(Code.TASK_FAILED, message, details={"status": task.status})
        BatchTask.objects.filter(pk=task_id).update(is_complete=False)
    _delete_pieces(task_id)


def finish() -> None:
    """Delete the rest of what others began to delete."""
    for task_id in BatchTask.objects.filter(is_complete=False).exclude(ended_at=None).values_list("pk", flat=True):
        _delete_pieces(task_id)


def _delete_pieces(task_id: UUID) -> None:
    items = BatchItem.objects.filter(task=task_id).order_by()
    while some := list(items.values_list("pk", flat=True)[:CHUNK]):
        BatchItem.objects.filter(pk__in=some).delete()
        time.sleep(PAUSE_S)
    BatchTask.objects.filter(pk=task_id, is_complete=False).delete()
