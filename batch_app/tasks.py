"""What the Celery workers do for batches. A message is but a doorbell; what there is to do stands in the database."""

import asyncio
import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

import uvloop
from billiard.sharedctypes import RawValue
from celery import Task, shared_task
from celery.signals import worker_init, worker_ready, worker_shutting_down
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from batch_app import bell, control, webhooks
from batch_app.models import ENDED, BatchTask, BatchWorker
from batch_app.running import Runner, lane, recovery
from batch_app.submission import forget_abandoned
from providers_app import gateway
from providers_app.live_copy import in_database_thread

QUEUE = "batches"
"""Where `CELERY_TASK_ROUTES` sends these tasks."""
TICK_S = 1
"""How often each worker that takes them looks by itself."""
EXPIRES_S = 30
SEEN_EVERY = timedelta(seconds=5)
FORGET_WORKERS_AFTER = timedelta(hours=1)


class _Stop:
    """Whether the worker is to end, known to the processes that it has made; without a lock that could die with one."""

    flag: Any = None


@shared_task(bind=True, acks_late=False)
def work(self: Task[Any, None]) -> None:
    """Run batches until there is nothing to do, if a lane is free.

    It is acknowledged at once: it may take hours, and what it leaves behind when it is killed others find.
    """
    if not settings.BATCH_ENABLED:
        return
    _be_seen(self.request.hostname or "")
    forget_abandoned()
    control.finish_cancelling()
    if webhooks.has_due():
        with suppress(OperationalError):  # the broker is away again; the next look finds them still
            deliver_webhooks.apply_async(expires=EXPIRES_S, retry=False)
    if not _may_run().exists():
        return
    with lane() as name:
        if name:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_run(name))


def _may_run() -> QuerySet[BatchTask]:
    """The tasks that have begun, and those that may."""
    has_waited = Q(start_at=None) | Q(start_at__lte=timezone.now())
    is_its_turn = Q(after=None) | Q(after__status__in=ENDED)
    may_begin = Q(status=BatchTask.Status.PENDING) & has_waited & is_its_turn
    return BatchTask.objects.filter(Q(status=BatchTask.Status.RUNNING) | may_begin, is_complete=True)


@shared_task(acks_late=False)
def deliver_webhooks() -> None:
    """Tell whoever wants to know that batches have ended; what is left undone stands in the database."""
    webhooks.deliver_due()


async def _run(lane_name: str) -> None:
    run = await in_database_thread(lambda: recovery.begin_run(lane_name, os.getpid()))
    try:
        await Runner(run.pk, lambda: _Stop.flag is not None and bool(_Stop.flag.value)).run()
    finally:
        await gateway.close()
        await in_database_thread(lambda: recovery.end_run(run))


def _be_seen(name: str) -> None:
    now = timezone.now()
    known = BatchWorker.objects.filter(pk=name).first()
    if known is None or known.seen_at < now - SEEN_EVERY:
        BatchWorker.objects.update_or_create(pk=name, defaults={"seen_at": now})
        BatchWorker.objects.filter(seen_at__lt=now - FORGET_WORKERS_AFTER).delete()


@worker_init.connect
def prepare_to_stop(sender: Any, **_: object) -> None:
    if QUEUE in sender.app.amqp.queues.consume_from:
        _Stop.flag = RawValue("b", 0)


@worker_shutting_down.connect
def stop(**_: object) -> None:
    """Let the runs of this worker give back what they have."""
    if _Stop.flag is not None:
        _Stop.flag.value = 1


@worker_ready.connect
def look_now_and_again(sender: Any, **_: object) -> None:
    if QUEUE in sender.app.amqp.queues.consume_from:
        bell.ring_now()
        sender.timer.call_repeatedly(TICK_S, bell.ring_quietly, kwargs={"expires_s": TICK_S})
