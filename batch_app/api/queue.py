"""How the running of batches is."""

from http import HTTPStatus

from django.http import HttpRequest

from batch_app.api import examples
from batch_app.api.router import router
from batch_app.status import BatchStatus, status
from providers_app.api_shapes import Reply, documented


@router.get("/status", summary="Look at the queue", **documented(Reply(HTTPStatus.OK, BatchStatus, examples.STATUS)))
def get_status(request: HttpRequest) -> BatchStatus:
    """How long the queue is, and who works on it. A worker is alive that was seen in the last 15 seconds."""
    return status()
