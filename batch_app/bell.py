"""Tells the workers that there is something to do. A lost call costs a few seconds: workers also look by themselves."""

import logging
from contextlib import suppress

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
        _send(EXPIRES_S)
    except OperationalError:
        logger.warning("The broker cannot be reached; workers find the batch by themselves")


def ring_quietly(expires_s: float) -> None:
    """The same, by somebody who does it again and again."""
    with suppress(OperationalError):
        _send(expires_s)


def _send(expires_s: float) -> None:
    current_app.send_task(TASK, expires=expires_s, retry=False)
