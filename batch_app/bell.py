"""Tells the workers that there is something to do. A lost call costs a few seconds: workers also look by themselves."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)
TASK = "batch_app.tasks.work"
EXPIRES_S = 30


def ring() -> None:
    """Call a worker, after the commit where a transaction is open."""
    transaction.on_commit(ring_now, robust=True)


def ring_now() -> None:
    try:
        current_app.send_task(TASK, expires=EXPIRES_S, retry=False)
    except OperationalError:
        logger.warning("The broker cannot be reached; workers find the batch by themselves")
