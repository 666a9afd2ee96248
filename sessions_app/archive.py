"""Looking up the sessions of a client that it wants to go to."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from channels.db import database_sync_to_async
from msgspec import ValidationError

from providers_app.contract import MAX_TURNS, Dialogue, Turn
from sessions_app.defaults import defaults, read_options
from sessions_app.domain.beginning import KNOWN_QUESTIONS, Past
from sessions_app.domain.events import SegmentHeard
from sessions_app.domain.options import SessionOptions
from sessions_app.domain.protocol import ErrorCode, Rejection
from sessions_app.models import Answer, RealtimeSession

LOOKUP_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as the record knows it, with the number of its last message."""

    key: UUID
    last_seq: int
    past: Past
    dialogue: Dialogue
    options: SessionOptions


async def find_session(client_key: str, name: str, *, max_finals: int) -> StoredSession | None:
    """The client's own session of that name; None where it has none.

    Raises `Rejection` for one that the server made for somebody else, and where the database does not answer in
    `LOOKUP_TIMEOUT_S`.
    """
    try:
        async with asyncio.timeout(LOOKUP_TIMEOUT_S):
            found: StoredSession | None = await _find(client_key, name, max_finals)
    except TimeoutError:
        words = "The session cannot be looked up: the database does not answer. Try again."
        raise Rejection(ErrorCode.SERVICE_UNAVAILABLE, words, field="session_id") from None
    return found


@database_sync_to_async  # type: ignore[untyped-decorator] # channels has no types
def _find(client_key: str, name: str, max_finals: int) -> StoredSession | None:
    session = RealtimeSession.objects.filter(client_key=client_key, name=name).first()
    if session is None:
        if RealtimeSession.objects.filter(name=name, is_server_made=True).exists():
            raise Rejection(ErrorCode.SESSION_FORBIDDEN)
        return None
    latest = session.segments.order_by("-index")[:max_finals]
    finals = [SegmentHeard(row.index, row.text, row.language, row.segment_id, row.speaker) for row in latest][::-1]
    questions = session.questions.order_by("-asked_at").values_list("pk", flat=True)[:KNOWN_QUESTIONS]
    known = tuple(str(key) for key in questions)[::-1]
    past = Past(tuple(finals), finals[-1].index + 1 if finals else 0, known)
    return StoredSession(session.pk, session.last_seq, past, _dialogue(session), _options(session))


def _options(session: RealtimeSession) -> SessionOptions:
    """Those it was last listened to with; the operators' where it has none that can be read."""
    try:
        return read_options(session.options) if session.options else defaults.latest
    except ValidationError:
        return defaults.latest


def _dialogue(session: RealtimeSession) -> Dialogue:
    """The turns of the session, and what vendors last called it."""
    dialogue = Dialogue(str(session.pk), session.provider)
    complete = Answer.objects.filter(question__session=session, outcome=Answer.Outcome.COMPLETE)
    for answer in reversed(complete.select_related("question").order_by("-ended_at")[:MAX_TURNS]):
        dialogue.turns.append(Turn(answer.question.text, answer.content))
        if answer.memory:
            dialogue.memories[answer.provider] = answer.memory
    return dialogue
