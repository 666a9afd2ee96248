"""Finds what nobody does any more, because a process was killed or the broker lost the message."""

import logging
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from knowledge_app.index import IndexBusyError, IndexUnreadableError
from knowledge_app.indexing import end_run, withdraw_deleted
from knowledge_app.models import Document

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # no run is longer: the reader and the wait for the index have limits of their own
MAX_ATTEMPTS = 3
INDEX_WAIT_S = 10.0


def recover(*, all_queued: bool = False) -> list[Document]:
    """The documents to send to the workers again; sending one that needs it not does no harm.

    Those are the runs that outlived `LEASE`, and what has waited as long, or, with `all_queued`, waits at all.
    What the search index still has of deleted documents goes.
    """
    _forget_deleted()
    _end_hopeless_runs()
    now = timezone.now()
    Document.objects.filter(state=Document.State.INDEXING, state_since__lt=now - LEASE).update(
        state=Document.State.QUEUED, state_since=now - LEASE, revision=F("revision") + 1
    )
    waiting = Document.objects.filter(state=Document.State.QUEUED)
    if not all_queued:
        waiting = waiting.filter(state_since__lte=now - LEASE)
    found = list(waiting.order_by("state_since"))
    waiting.filter(pk__in=[document.pk for document in found]).update(state_since=now)
    return found


def _forget_deleted() -> None:
    try:
        withdraw_deleted(INDEX_WAIT_S)
    except (IndexBusyError, IndexUnreadableError) as error:
        logger.warning("What the search index has of deleted documents stays until the next time: %s", error)


def _end_hopeless_runs() -> None:
    stuck = Document.objects.filter(
        state=Document.State.INDEXING, state_since__lt=timezone.now() - LEASE, attempts__gte=MAX_ATTEMPTS
    )
    for document in stuck:
        end_run(document.pk, document.revision, "Indexing was interrupted several times; ask for it again.")
        logger.warning("Indexing document %s was interrupted %d times", document.pk, document.attempts)
