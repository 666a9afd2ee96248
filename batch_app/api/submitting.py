"""Submitting batches: what a request with texts and one with a file have in common, and the former."""

from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Header
from ninja.responses import Status

from batch_app import reading
from batch_app.api import examples
from batch_app.api.inputs import KEY, OptionsIn, TaskIn
from batch_app.api.outputs import SubmittedOut
from batch_app.api.router import router
from batch_app.models import BatchTask
from batch_app.submission import Submission, submit
from providers_app.api_shapes import Reply, documented

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=KEY,
        description="Whoever sends the same again with the same key gets the first batch, and no second one.",
        example="november-1",
    ),
]
TAKEN = Reply(HTTPStatus.CREATED, SubmittedOut, examples.SUBMITTED, examples.SUBMITTED_HEADERS)


@router.post(
    "/tasks",
    summary="Submit a batch",
    **documented(TAKEN, *examples.SUBMITTING, body=examples.SUBMISSION),
)
def submit_batch(
    request: HttpRequest, response: HttpResponse, task: TaskIn, idempotency_key: IdempotencyKey = None
) -> Status[dict[str, Any]]:
    """Takes 1 to 50,000 questions, which are answered in the background. Every wrong one is reported at once."""
    submission = Submission(
        name=task.name,
        entries=reading.texts(task.texts),
        description=task.description or "",
        options=(task.options or OptionsIn()).options(),
        origin=origin_of(request),
        skip_invalid=task.skip_invalid,
        idempotency_key=idempotency_key or "",
    )
    return submitted(submission, response)


def origin_of(request: HttpRequest) -> BatchTask.Origin:
    """Browsers name the page that a request comes from, and those of other sites are turned away before."""
    return BatchTask.Origin.PAGE if "Origin" in request.headers else BatchTask.Origin.API


def submitted(submission: Submission, response: HttpResponse) -> Status[dict[str, Any]]:
    """Submit it. Who submits it again is told the same, and a header tells the two apart."""
    task, is_new = submit(submission)
    response["Location"] = f"/api/batch/tasks/{task.pk}"
    if not is_new:
        response["Idempotency-Replayed"] = "true"
    view = {
        "task_id": task.pk,
        "status": task.transitions.all()[0].status,
        "created_at": task.created_at,
        "total_items": task.total,
        "skipped": task.skipped,
    }
    return Status(HTTPStatus.CREATED, view)
