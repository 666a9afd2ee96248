"""Batches and their results as programs read them: the same over HTTP, in downloads, on pages and in webhooks."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from batch_app.counts import Counts, counts_of, estimated_completion
from batch_app.models import BatchItem, BatchTask

CHUNK = 500
"""How many results are read at a time."""


def task_views(tasks: Iterable[BatchTask]) -> list[dict[str, Any]]:
    """Each task with its counts, and its history where that was prefetched or is read."""
    known = list(tasks)
    counts = counts_of([task.pk for task in known])
    return [_task_view(task, counts[task.pk]) for task in known]


def task_view(task: BatchTask) -> dict[str, Any]:
    return task_views([task])[0]


def _task_view(task: BatchTask, counts: Counts) -> dict[str, Any]:
    return {
        "task_id": task.pk,
        "name": task.name,
        "description": task.description,
        "status": task.status,
        "created_at": task.created_at,
        "started_at": task.started_at,
        "ended_at": task.ended_at,
        "estimated_completion": estimated_completion(task, counts),
        "total_items": task.total,
        "skipped": task.skipped,
        "progress": progress_view(counts),
        "options": {
            "provider": task.provider,
            "search": task.search,
            "concurrency": task.concurrency,
            "priority": task.priority,
            "start_at": task.start_at,
            "after": task.after_id,
            "webhook_url": task.webhook_url,
        },
        "history": [{"status": each.status, "at": each.at} for each in task.transitions.all()],
        "webhook": {"outcome": task.webhook_outcome, "attempts": task.webhook_attempts},
    }


def progress_view(counts: Counts) -> dict[str, Any]:
    return {
        "total": counts.total,
        "pending": counts.pending,
        "running": counts.running,
        "completed": counts.completed,
        "failed": counts.failed,
        "cancelled": counts.cancelled,
        "percent": counts.percent,
    }


def item_view(item: BatchItem) -> dict[str, Any]:
    """`result` is the answer where there is one; `content` is the same for clients that read that name."""
    return {
        "index": item.index,
        "custom_id": item.custom_id,
        "text": item.text,
        "status": item.status,
        "result": item.result or None,
        "content": item.result,
        "metadata": item.metadata,
        "sources": item.sources,
        "usage": item.usage,
        "error": item.error,
        "attempts": item.attempts,
        "started_at": item.started_at,
        "ended_at": item.ended_at,
    }


def items_of(task_id: UUID, status: str = "") -> QuerySet[BatchItem]:
    """The questions of a task in their order, or those in one state."""
    items = BatchItem.objects.filter(task=task_id).order_by("index")
    return items.filter(status=status) if status else items


def every_item(items: QuerySet[BatchItem]) -> Iterator[BatchItem]:
    """All of them, read in pieces by their place, so that memory stays small and no transaction stays open.

    Nor does a connection: whoever takes them slowly would keep it from others.
    """
    after = -1
    while chunk := list(items.filter(index__gt=after)[:CHUNK]):
        if not connection.in_atomic_block:
            connection.close()
        yield from chunk
        after = chunk[-1].index
