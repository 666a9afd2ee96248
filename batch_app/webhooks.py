"""Calls whoever wants to know that a batch has ended, as the Standard Webhooks specification says.

When a call is due is on record, so another process goes on where one was killed: a webhook is called at least once, and
every attempt for the same end of a batch has the same `webhook-id`.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import httpx
import msgspec
from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from standardwebhooks import Webhook

from batch_app import destinations
from batch_app.models import ENDED, BatchTask
from batch_app.results import task_view
from providers_app.contract import ErrorReason, ProviderError
from providers_app.http import GuardedTransport, mapped, retry_after_s

logger = logging.getLogger(__name__)
AT_ONCE = 20
TIMEOUT_S = 10.0
LEASE = timedelta(minutes=1)
"""For how long a call belongs to whoever claimed it; longer than any call takes."""
DELAYS = [timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3_600)]
"""What is waited after each attempt that failed; after one more it is given up."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that this process has claimed, until `lease`. `attempts` counts this one too."""

    task: UUID
    url: str
    message_id: str
    body: str
    attempts: int
    lease: datetime


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a call, in a word for the record; `is_over` where another attempt makes no sense."""

    word: str
    is_over: bool = False
    retry_after_s: float | None = None


def has_due() -> bool:
    """Whether there is a webhook to be called now."""
    return _due().exists()


def deliver_due() -> None:
    """Call the webhooks that are due, a few of them at once, and write down what came of it.

    For a thread without an event loop. Several processes may do so at the same time.
    """
    if calls := _claim():
        for call, outcome in zip(calls, asyncio.run(_send_all(calls)), strict=True):
            _record(call, outcome)


def _due() -> QuerySet[BatchTask]:
    return BatchTask.objects.filter(is_complete=True, status__in=ENDED, webhook_due_at__lte=timezone.now())


def _claim() -> list[_Call]:
    calls = []
    for task in _due().order_by("webhook_due_at")[:AT_ONCE]:
        lease = timezone.now() + LEASE
        as_read = BatchTask.objects.filter(pk=task.pk, webhook_due_at=task.webhook_due_at)
        if as_read.update(webhook_due_at=lease, webhook_attempts=F("webhook_attempts") + 1):
            task.webhook_attempts += 1
            calls.append(_call(task, lease))
    return calls


def _call(task: BatchTask, lease: datetime) -> _Call:
    body = {"type": f"batch.{task.status}", "timestamp": task.ended_at, "data": task_view(task)}
    message_id = f"msg_{uuid5(task.pk, str(task.ended_at)).hex}"  # a batch that is retried ends more than once
    return _Call(
        task.pk, task.webhook_url, message_id, msgspec.json.encode(body).decode(), task.webhook_attempts, lease
    )


async def _send_all(calls: Sequence[_Call]) -> list[_Outcome]:
    async with httpx.AsyncClient(transport=GuardedTransport(destinations.policy()), timeout=TIMEOUT_S) as client:
        return await asyncio.gather(*(_send(client, call) for call in calls))


async def _send(client: httpx.AsyncClient, call: _Call) -> _Outcome:
    """Make the call. Of the reply only its head is read."""
    try:
        with mapped():
            async with (
                asyncio.timeout(TIMEOUT_S),
                client.stream(
                    "POST", call.url, content=call.body, headers=_headers(call), follow_redirects=False
                ) as response,
            ):
                return _said(response)
    except TimeoutError:
        return _Outcome(f"failed: {ErrorReason.TIMEOUT}")
    except ProviderError as error:
        if error.reason is ErrorReason.ADDRESS_REFUSED:
            return _Outcome("refused: address", is_over=True)
        return _Outcome(f"failed: {error.reason}")
    except Exception:
        logger.exception("The webhook of batch %s could not be called", call.task)
        return _Outcome("failed: error")  # the others' outcomes are written down all the same


def _headers(call: _Call) -> dict[str, str]:
    """Signed with every secret, so that receivers may change from one to the next when it suits them."""
    now = datetime.now(UTC)
    signatures = (Webhook(secret).sign(call.message_id, now, call.body) for secret in settings.WEBHOOK_SECRETS)
    return {
        "content-type": "application/json",
        "webhook-id": call.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _said(response: httpx.Response) -> _Outcome:
    if response.is_success:
        return _Outcome("delivered", is_over=True)
    return _Outcome(
        f"failed: {response.status_code}",
        is_over=response.status_code == httpx.codes.GONE,
        retry_after_s=retry_after_s(response.headers.get("retry-after", "")),
    )


def _record(call: _Call, outcome: _Outcome) -> None:
    """Only where the call is still this process's: the batch may have been retried, or the lease have passed."""
    logger.info("The webhook of batch %s: %s", call.task, outcome.word)
    claimed = BatchTask.objects.filter(pk=call.task, webhook_due_at=call.lease)
    claimed.update(webhook_outcome=outcome.word, webhook_due_at=_due_again(call, outcome))


def _due_again(call: _Call, outcome: _Outcome) -> datetime | None:
    if outcome.is_over or call.attempts > len(DELAYS):
        return None
    asked_for = timedelta(seconds=min(outcome.retry_after_s or 0, DELAYS[-1].total_seconds()))
    return timezone.now() + max(DELAYS[call.attempts - 1], asked_for)
