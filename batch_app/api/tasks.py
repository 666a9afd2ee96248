"""Looking at batches, and steering them."""

from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query

from batch_app import control
from batch_app.api import examples
from batch_app.api.fields import TaskId
from batch_app.api.outputs import TaskOut, TasksOut
from batch_app.api.queries import TaskPaging
from batch_app.api.router import router
from batch_app.models import BatchTask
from batch_app.results import task_view, task_views
from providers_app.api_shapes import Refusal, Reply, documented

ThisTask = Annotated[TaskId, Path(description="The batch's id.", example=examples.TASK_ID)]


def _steers(status: BatchTask.Status, *others: Refusal) -> dict[str, Any]:
    """The documentation of an operation that brings a batch into this state."""
    reply = Reply(HTTPStatus.OK, TaskOut, examples.task(status))
    return documented(reply, examples.UNKNOWN, examples.WRONG_STATE, *others)


@router.get(
    "/tasks",
    summary="List batches",
    **documented(Reply(HTTPStatus.OK, TasksOut, examples.TASKS), examples.WRONG_FIELD),
)
def list_batches(request: HttpRequest, paging: Query[TaskPaging]) -> dict[str, Any]:
    """The newest first."""
    tasks = BatchTask.objects.filter(is_complete=True)
    if paging.status:
        tasks = tasks.filter(status=paging.status)
    return {
        "tasks": task_views(tasks.prefetch_related("transitions")[paging.range]),
        "total": tasks.count(),
        "page": paging.page,
        "size": paging.size,
    }


@router.get(
    "/tasks/{task_id}",
    summary="Look at a batch",
    **documented(Reply(HTTPStatus.OK, TaskOut, examples.TASK), examples.UNKNOWN),
)
def get_batch(request: HttpRequest, task_id: ThisTask) -> dict[str, Any]:
    """Its state, its progress, every change of its state with its time, and when it may have ended."""
    return task_view(control.find(task_id))


@router.delete("/tasks/{task_id}", summary="Cancel a batch", **_steers(BatchTask.Status.CANCELLED))
def cancel_batch(request: HttpRequest, task_id: ThisTask) -> dict[str, Any]:
    """What has been answered is kept. A batch that is cancelled already stays as it is."""
    return task_view(control.cancel(task_id))


@router.post("/tasks/{task_id}/pause", summary="Pause a batch", **_steers(BatchTask.Status.PAUSED))
def pause_batch(request: HttpRequest, task_id: ThisTask) -> dict[str, Any]:
    """No more of its questions are asked; those that are being asked go on to their end."""
    return task_view(control.pause(task_id))


@router.post("/tasks/{task_id}/resume", summary="Resume a batch", **_steers(BatchTask.Status.RUNNING))
def resume_batch(request: HttpRequest, task_id: ThisTask) -> dict[str, Any]:
    """A paused batch goes on."""
    return task_view(control.resume(task_id))


@router.post(
    "/tasks/{task_id}/retry",
    summary="Ask what has failed again",
    **_steers(BatchTask.Status.PENDING, examples.QUEUE_FULL),
)
def retry_batch(request: HttpRequest, task_id: ThisTask) -> dict[str, Any]:
    """The questions that failed are asked again, and no others. What has ended runs once more, where there is room."""
    return task_view(control.retry(task_id))
