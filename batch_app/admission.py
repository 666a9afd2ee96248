"""How many batches there may be that have not ended."""

from django.conf import settings
from django.db import connection

from batch_app.models import OPEN, BatchTask
from batch_app.refusals import Code, RefusedError

RETRY_S = 30
TURN = 0x6261746368
"""The number of the lock that those take in PostgreSQL who want to have one more."""


def take_turn() -> None:
    """One at a time is admitted, until the end of the transaction; SQLite has it so anyway.

    To be called before any batch is locked: whoever has the turn may need the row of another batch.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def demand_room() -> None:
    """Raises `RefusedError` where there is no room for one more."""
    limit = settings.BATCH_MAX_QUEUE_SIZE
    if BatchTask.objects.filter(status__in=OPEN).count() >= limit:
        message = f"There are {limit} batches that have not ended; no more are taken until one does."
        raise RefusedError(Code.QUEUE_FULL, message, retry_after_s=RETRY_S, details={"limit": limit})
