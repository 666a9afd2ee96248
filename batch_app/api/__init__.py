"""The HTTP API of batches, below `/api/batch`."""

from http import HTTPStatus

from django.http import HttpRequest
from ninja import Router

from batch_app.api import examples, results, submitting, tasks, uploads
from batch_app.status import BatchStatus, status
from providers_app.api_shapes import Reply, documented

router = Router(tags=["batches"])
router.add_router("", submitting.router)
router.add_router("", tasks.router)
router.add_router("", results.router)
router.add_router("", uploads.router)


@router.get("/status", summary="Look at the queue", **documented(Reply(HTTPStatus.OK, BatchStatus, examples.STATUS)))
def get_status(request: HttpRequest) -> BatchStatus:
    """How long the queue is, and who works on it. A worker is alive that was seen in the last 15 seconds."""
    return status()
