"""The results of a batch as one file, with a line for each question: JSON Lines, or CSV for spreadsheets.

It is written while it is sent, also while the batch runs: each line is as its question was when the file came to it.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify

from batch_app.models import BatchItem, BatchTask
from batch_app.results import every_item, item_view, items_of
from providers_app.download import csv_head, csv_lines, download, source_line

COLUMNS = (
    "index",
    "custom_id",
    "text",
    "status",
    "answer",
    "sources",
    "error",
    "provider",
    "model",
    "cached",
    "finish_reason",
    "first_token_ms",
    "total_ms",
    "attempts",
    "started_at",
    "ended_at",
)


def download_results(task: BatchTask, ending: str, status: str = "") -> StreamingHttpResponse:
    """All questions of the task, or those in one state, as a file named like the task; `ending` is one of `FORMATS`."""
    content_type, write = FORMATS[ending]
    name = slugify(task.name, allow_unicode=True) or "batch"
    return download(f"{name}.{ending}", content_type, write(every_item(items_of(task.pk, status))))


def _as_json_lines(items: Iterable[BatchItem]) -> Iterator[str]:
    for item in items:
        yield msgspec.json.encode(item_view(item)).decode() + "\n"


def _as_csv(items: Iterable[BatchItem]) -> Iterator[str]:
    """Times are in the service's time zone, durations in milliseconds from the moment when it was asked."""
    yield csv_head(COLUMNS)
    for item in items:
        yield csv_lines(COLUMNS, [_row(item_view(item))])


FORMATS: dict[str, tuple[str, Callable[[Iterable[BatchItem]], Iterator[str]]]] = {
    "jsonl": ("application/jsonl", _as_json_lines),
    "csv": ("text/csv; charset=utf-8", _as_csv),
}
"""By the ending of the file's name: its content type, and what writes it."""


def _row(view: dict[str, Any]) -> dict[str, Any]:
    error, latency = view["error"], view["metadata"].get("latency_ms", {})
    return {
        **view,
        **view["metadata"],
        "answer": view["content"],
        "sources": "\n".join(source_line(source) for source in view["sources"]),
        "error": f"{error['code']}: {error['message']}" if error else "",
        "first_token_ms": latency.get("first_token"),
        "total_ms": latency.get("total"),
        "started_at": _time(view["started_at"]),
        "ended_at": _time(view["ended_at"]),
    }


def _time(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="milliseconds") if at else ""
