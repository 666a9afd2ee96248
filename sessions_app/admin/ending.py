"""Ending sessions that are live, wherever they are held."""

import time
from collections.abc import Iterable, Sequence
from uuid import UUID

from asgiref.sync import async_to_sync

from sessions_app.models import RealtimeSession
from sessions_app.presence import end_session
from sessions_app.selection import is_live

PATIENCE_S = 3.0
"""How long to wait until sessions that were asked to end have ended."""
POLL_S = 0.05


def live_among(keys: Iterable[UUID]) -> list[UUID]:
    return list(RealtimeSession.objects.filter(is_live(), pk__in=list(keys)).values_list("pk", flat=True))


def end(keys: Iterable[UUID]) -> int:
    """Ask for the end of those that are live; returns how many these are."""
    live = live_among(keys)
    for key in live:
        async_to_sync(end_session)(key)
    return len(live)


def end_and_wait(keys: Sequence[UUID]) -> list[UUID]:
    """End those that are live, and return those that still are.

    Never inside a transaction, which the end would wait for.
    """
    end(keys)
    deadline = time.monotonic() + PATIENCE_S
    while (held := live_among(keys)) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    return held
