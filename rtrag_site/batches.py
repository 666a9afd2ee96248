"""Lets sockets watch batches: the two applications do not know each other."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from batch_app.models import BatchTask
from batch_app.refusals import RefusedError
from batch_app.watching import watch
from sessions_app.domain.protocol import ErrorCode
from sessions_app.domain.protocol.server import BatchCounts, BatchProgress
from sessions_app.watching import WatchEndedError


async def progress_of(task_id: str) -> AsyncGenerator[BatchProgress]:
    """The source of `sessions_app.watching`."""
    try:
        async with aclosing(watch(UUID(task_id))) as seen:
            async for each in seen:
                counts = each.counts
                yield BatchProgress(
                    task_id=str(each.task_id),
                    progress=counts.percent,
                    status=each.status,
                    message=each.message,
                    timestamp=each.seen_at,
                    counts=BatchCounts(total=counts.total, completed=counts.completed, failed=counts.failed),
                )
    except (ValueError, RefusedError):
        raise WatchEndedError(ErrorCode.BATCH_TASK_NOT_FOUND) from None
    if each.status == BatchTask.Status.FAILED:
        raise WatchEndedError(ErrorCode.BATCH_TASK_FAILED)
