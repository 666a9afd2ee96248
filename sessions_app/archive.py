"""Looking up the sessions of a client that it wants to go to."""

from dataclasses import dataclass
from uuid import UUID

from channels.db import database_sync_to_async

from sessions_app.domain.conversation import Past
from sessions_app.domain.events import SegmentHeard
from sessions_app.models import RealtimeSession


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as the record knows it, with the number of its last message."""

    key: UUID
    last_seq: int
    past: Past


class SessionForbiddenError(Exception):
    """The name is that of a session the server made for somebody else."""


@database_sync_to_async  # type: ignore[untyped-decorator] # channels has no types
def find_session(client_key: str, name: str, *, max_finals: int) -> StoredSession | None:
    """The client's own session of that name; None where it has none. Raises `SessionForbiddenError`."""
    session = RealtimeSession.objects.filter(client_key=client_key, name=name).first()
    if session is None:
        if RealtimeSession.objects.filter(name=name, is_server_made=True).exists():
            raise SessionForbiddenError
        return None
    latest = session.segments.order_by("-index")[:max_finals]
    finals = [SegmentHeard(row.index, row.text, row.language, row.segment_id) for row in latest][::-1]
    past = Past(tuple(finals), finals[-1].index + 1 if finals else 0)
    return StoredSession(session.pk, session.last_seq, past)
