"""What can be done to a batch that is on record. Every change of a task's state goes through `changing`."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from time import sleep
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from batch_app import admission, bell
from batch_app.models import ENDED, OPEN, OPEN_ITEMS, BatchItem, BatchTask, BatchTransition
from batch_app.refusals import Code, RefusedError, unknown_task

Status = BatchTask.Status
ItemStatus = BatchItem.Status
Action = Callable[[UUID], BatchTask]
CHUNK = 1_000
"""How many questions are cancelled at a time, or asked again."""
PAUSE_S = 0.01
"""In which others come to write."""


def find(task_id: UUID) -> BatchTask:
    """Raises `RefusedError` where there is none."""
    task = BatchTask.objects.filter(pk=task_id, is_complete=True).first()
    if task is None:
        raise unknown_task()
    return task


@contextmanager
def changing(task_id: UUID) -> Iterator[BatchTask]:
    """The task, while nobody else can change its state; its fields are saved at the end."""
    with transaction.atomic():
        task = BatchTask.objects.select_for_update().filter(pk=task_id, is_complete=True).first()
        if task is None:
            raise unknown_task()
        before = task.status
        yield task
        if task.status != before:
            task.save()
            BatchTransition.objects.create(task=task, status=task.status)


@contextmanager
def _admitting() -> Iterator[None]:
    with transaction.atomic():
        admission.take_turn()
        yield


def pause(task_id: UUID) -> BatchTask:
    """Ask no more of its questions; those that are being asked go on to their end."""
    with changing(task_id) as task:
        if task.status != Status.PAUSED:
            _demand(task, "paused", {Status.PENDING, Status.RUNNING})
            task.status = Status.PAUSED
    return task


def resume(task_id: UUID) -> BatchTask:
    with changing(task_id) as task:
        if task.status not in {Status.PENDING, Status.RUNNING}:
            _demand(task, "resumed", {Status.PAUSED})
            task.status = Status.RUNNING if task.started_at else Status.PENDING
            bell.ring()
    return task


def cancel(task_id: UUID) -> BatchTask:
    """End it now. What has been answered is kept, and what is being answered is not waited for.

    At once nobody is given any of its questions. They are cancelled piece by piece, for a long transaction would make
    live speech wait; when that is done the batch has ended. Where the process dies, `finish_cancelling` does the rest.
    """
    with changing(task_id) as task:
        if task.status != Status.CANCELLED:
            _demand(task, "cancelled", OPEN)
            task.status = Status.CANCELLED
            bell.ring()
    return task if task.ended_at else _cancel_items(task_id) or task


def finish_cancelling() -> None:
    """Do the rest of what others began to cancel."""
    begun = BatchTask.objects.filter(is_complete=True, status=Status.CANCELLED, ended_at=None)
    for task_id in begun.values_list("pk", flat=True):
        _cancel_items(task_id)


def _cancel_items(task_id: UUID) -> BatchTask | None:
    """The batch at its end; None where others have brought it there, and deleted it since."""
    try:
        while not (task := _cancel_some(task_id)).ended_at:
            sleep(PAUSE_S)
    except RefusedError:
        return None
    return task


def _cancel_some(task_id: UUID) -> BatchTask:
    with changing(task_id) as task:
        open_items = BatchItem.objects.filter(task=task_id, status__in=OPEN_ITEMS).order_by()
        some = list(open_items.values_list("pk", flat=True)[:CHUNK])
        open_items.filter(pk__in=some).update(status=ItemStatus.CANCELLED, claim=None, ended_at=timezone.now())
        if len(some) < CHUNK and not task.ended_at:
            end(task, Status.CANCELLED)
            task.save()
    return task


def retry(task_id: UUID) -> BatchTask:
    """Ask the questions again that have failed until now. A batch that has ended needs room for it, as a new one does.

    Like cancelling it is done piece by piece, and each piece is a retry by itself: a batch that is cancelled meanwhile
    stays so, and where the process dies, the rest has failed as before and can be retried.
    """
    failed = BatchItem.objects.filter(task=task_id, status=ItemStatus.FAILED).order_by("index")
    keys = list(failed.values_list("pk", flat=True))
    allowed = {Status.COMPLETED, Status.FAILED, Status.RUNNING, Status.PAUSED}
    task, again = _retry_some(task_id, keys[:CHUNK], allowed)
    for begin in range(CHUNK, len(keys), CHUNK):
        sleep(PAUSE_S)
        task, more = _retry_some(task_id, keys[begin : begin + CHUNK], {*allowed, Status.PENDING})
        again += more
    if not again:
        raise RefusedError(Code.TASK_FAILED, "None of its questions has failed.", details={"status": task.status})
    return task


def _retry_some(task_id: UUID, keys: Collection[int], allowed: Collection[str]) -> tuple[BatchTask, int]:
    """The batch, and how many of these questions are asked again."""
    with _admitting(), changing(task_id) as task:
        _demand(task, "retried", allowed)
        again = BatchItem.objects.filter(pk__in=keys, status=ItemStatus.FAILED).update(
            status=ItemStatus.PENDING,
            claim=None,
            attempts=0,
            delays=0,
            due_at=timezone.now(),
            started_at=None,
            ended_at=None,
            result="",
            sources=[],
            metadata={},
            usage={},
            error=None,
        )
        if again and task.status in ENDED:
            admission.demand_room()
            task.status, task.ended_at, task.webhook_due_at = Status.PENDING, None, None
        if again:
            bell.ring()
    return task, again


ACTIONS: dict[str, Action] = {"pause": pause, "resume": resume, "cancel": cancel, "retry": retry}


def end(task: BatchTask, status: BatchTask.Status) -> None:
    """To be called inside `changing`."""
    task.status, task.ended_at = status, timezone.now()
    if task.webhook_url:
        task.webhook_due_at, task.webhook_attempts, task.webhook_outcome = task.ended_at, 0, ""


def _demand(task: BatchTask, done: str, allowed: Collection[str]) -> None:
    if task.status not in allowed:
        message = f"A batch that is {task.status} cannot be {done}."
        raise RefusedError(Code.TASK_FAILED, message, details={"status": task.status})
