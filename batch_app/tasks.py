"""What the Celery workers do for batches. A message is but a doorbell; what there is to do stands in the database."""

import asyncio
import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

import uvloop
from billiard import Event
from celery import Task, shared_task
from celery.signals import worker_init, worker_ready, worker_shutting_down
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from batch_app import bell, webhooks
from batch_app.models import BatchTask, BatchWorker
from batch_app.running import Runner, lane, recovery
from batch_app.submission import forget_abandoned
from providers_app import gateway
from providers_app.directory import in_database_thread

QUEUE = "batches"
"""Where `CELERY_TASK_ROUTES` sends these tasks."""
TICK_S = 1
"""How often each worker that takes them looks by itself."""
EXPIRES_S = 30
SEEN_EVERY = timedelta(seconds=5)
FORGET_WORKERS_AFTER = timedelta(hours=1)


class _Stop:
    """Whether the worker is to end, known to the processes that it has made."""

    event: Any = None


@shared_task(bind=True, acks_late=False)
def work(self: Task[Any, None]) -> None:
    """Run batches until there is nothing to do, if a lane is free.

    It is acknowledged at once: it may take hours, and what it leaves behind when it is killed others find.
    """
    if not settings.BATCH_ENABLED:
        return
    _be_seen(self.request.hostname or "")
    forget_abandoned()
    if webhooks.has_due():
        with suppress(OperationalError):  # the broker is away again; the next look finds them still
            deliver_webhooks.apply_async(expires=EXPIRES_S, retry=False)
    open_tasks = BatchTask.objects.filter(
        is_complete=True, status__in=[BatchTask.Status.PENDING, BatchTask.Status.RUNNING]
    )
    if not open_tasks.exists():
        return
    with lane() as name:
        if name:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_run(name))


@shared_task(acks_late=False)
def deliver_webhooks() -> None:
    """Tell whoever wants to know that batches have ended; what is left undone stands in the database."""
    webhooks.deliver_due()


async def _run(lane_name: str) -> None:
    run = await in_database_thread(lambda: recovery.begin_run(lane_name, os.getpid()))
    try:
        await Runner(run.pk, lambda: _Stop.event is not None and _Stop.event.is_set()).run()
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
        _Stop.event = Event()


@worker_shutting_down.connect
def stop(**_: object) -> None:
    """Let the runs of this worker give back what they have."""
    if _Stop.event is not None:
        _Stop.event.set()


@worker_ready.connect
def look_now_and_again(sender: Any, **_: object) -> None:
    if QUEUE in sender.app.amqp.queues.consume_from:
        bell.ring_now()
        sender.timer.call_repeatedly(TICK_S, bell.ring_quietly, kwargs={"expires_s": TICK_S})
