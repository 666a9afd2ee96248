"""What the Celery workers do for the knowledge base.

The database says what there is to do; a message is but a doorbell.
"""

import logging
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.db import transaction
from kombu.exceptions import OperationalError

from knowledge_app import indexing, recovery
from knowledge_app.models import Document

logger = logging.getLogger(__name__)

RECOVER_EVERY_S = 30


@shared_task
def index_document(document_id: str, revision: int) -> None:
    indexing.index_document(uuid.UUID(document_id), revision)


@shared_task
def recover(*, all_queued: bool = False) -> None:
    _send(recovery.recover(all_queued=all_queued))


def enqueue(documents: Iterable[Document], undelivered: Callable[[], object] = lambda: None) -> None:
    """Send queued documents to the workers after the commit.

    Where the broker cannot be reached, `undelivered` is called and the documents wait until `recover` finds them.
    """
    queued = list(documents)
    transaction.on_commit(lambda: _send(queued) or undelivered(), robust=True)


def request_recovery() -> None:
    """Let a worker run `recover` soon. Raises kombu's `OperationalError` where the broker cannot be reached."""
    recover.apply_async(expires=RECOVER_EVERY_S, retry=False)


def _send(documents: Iterable[Document]) -> bool:
    """Send a message for each, up to the first that the broker does not take; return whether it took all."""
    try:
        for document in documents:
            index_document.apply_async((str(document.pk), document.revision), retry=False)
    except OperationalError:
        logger.warning("The broker cannot be reached; documents stay queued")
        return False
    return True


@worker_ready.connect
def recover_now_and_again(sender: Any, **_: object) -> None:
    """Let every worker that takes documents look for what others have left behind, when it starts and while it runs."""
    if sender.app.conf.task_default_queue in sender.app.amqp.queues.consume_from:
        recover.apply_async(kwargs={"all_queued": True}, retry=False)
        sender.timer.call_repeatedly(RECOVER_EVERY_S, request_recovery)
