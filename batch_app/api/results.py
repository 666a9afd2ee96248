"""The answers of a batch: in pages, and as files."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query

from batch_app import control, downloads
from batch_app.api import examples
from batch_app.api.outputs import ResultsOut
from batch_app.api.queries import DownloadIn, ItemPaging
from batch_app.api.router import router
from batch_app.api.tasks import ThisTask
from batch_app.counts import counts_of
from batch_app.results import item_view, items_of, progress_view
from providers_app.api_shapes import Reply, documented


@router.get(
    "/tasks/{task_id}/results",
    summary="Read the results",
    **documented(Reply(HTTPStatus.OK, ResultsOut, examples.RESULTS), examples.WRONG_FIELD, examples.UNKNOWN),
)
def list_results(request: HttpRequest, task_id: ThisTask, paging: Query[ItemPaging]) -> dict[str, Any]:
    """In the order of the questions, also while the batch runs. `summary` counts the whole batch."""
    control.find(task_id)
    items = items_of(task_id, paging.status)
    counts = counts_of([task_id])[task_id]
    return {
        "results": [item_view(item) for item in items[paging.range]],
        "total": getattr(counts, paging.status or "total"),
        "page": paging.page,
        "size": paging.size,
        "summary": progress_view(counts),
    }


@router.get(
    "/tasks/{task_id}/download",
    summary="Download the results",
    **documented(Reply(HTTPStatus.OK, beside=examples.FILES), examples.WRONG_FIELD, examples.UNKNOWN),
)
def download_results(request: HttpRequest, task_id: ThisTask, wanted: Query[DownloadIn]) -> StreamingHttpResponse:
    """One file with a line for each question, also while the batch runs: JSON Lines, or CSV for spreadsheets."""
    return downloads.download_results(control.find(task_id), wanted.format or "jsonl", wanted.status)
