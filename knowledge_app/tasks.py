"""What the Celery workers do for the knowledge base.

The database says what there is to do; a message is but a doorbell.
"""

import functools
import uuid
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.db import transaction

from knowledge_app import indexing, recovery
from knowledge_app.models import Document

RECOVER_EVERY_S = 30


@shared_task
def index_document(document_id: str, revision: int) -> None:
    indexing.index_document(uuid.UUID(document_id), revision)


@shared_task
def recover(*, all_queued: bool = False) -> None:
    for document in recovery.recover(all_queued=all_queued):
        _send(document.pk, document.revision)


def enqueue(document: Document) -> None:
    """Send a queued document to the workers after the commit. A broker that is away delays it until `recover` runs."""
    transaction.on_commit(functools.partial(_send, document.pk, document.revision), robust=True)


def _send(document_id: uuid.UUID, revision: int) -> None:
    index_document.apply_async((str(document_id), revision), retry=False)


@worker_ready.connect
def recover_now_and_again(sender: Any, **_: object) -> None:
    """Let every worker look for what others have left behind, when it starts and while it runs."""
    recover.apply_async(kwargs={"all_queued": True}, retry=False)
    options = {"expires": RECOVER_EVERY_S, "retry": False}
    sender.timer.call_repeatedly(RECOVER_EVERY_S, recover.apply_async, kwargs=options)
