"""What goes with a deleted document: its files and its entries in the search index, after the commit."""

import time
import uuid
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from knowledge_app import index, indexing, tasks
from knowledge_app.models import Document

INDEX_WAIT_S = 2.0


@receiver(post_delete, sender=Document)
def forget(instance: Document, **_: Any) -> None:
    document_id, files = instance.pk, (instance.file, instance.former_file)
    deadline = time.monotonic() + INDEX_WAIT_S  # much the same for all that one transaction deletes

    def delete_files() -> None:
        for file in files:
            file.delete(save=False)

    transaction.on_commit(delete_files, robust=True)
    transaction.on_commit(lambda: _withdraw(document_id, deadline), robust=True)


def _withdraw(document_id: uuid.UUID, deadline: float) -> None:
    """Make the document unfindable at once or, where the index is busy until `deadline`, leave that to the workers."""
    if not index.holds(document_id):
        return  # never was, or went together with another
    wait_s = max(deadline - time.monotonic(), 0.0)
    try:
        indexing.withdraw_deleted(wait_s)
    except index.IndexBusyError:
        if wait_s:  # else it was said already
            tasks.request_recovery()
