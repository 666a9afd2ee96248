"""Sessions as rows, without sockets."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from sessions_app.models import Answer, Question, RealtimeSession, TranscriptSegment

SOURCE = {"position": 1, "title": "Manual", "content": "Hold the button.", "url": "https://example.org/a", "score": 0.9}


def session(*texts: str, is_live: bool = False, started_at: datetime | None = None, **fields: Any) -> RealtimeSession:
    """A session with a segment for each text, a second apart; an hour old and ended unless told otherwise."""
    started = started_at or timezone.now() - timedelta(hours=1)
    ended: dict[str, Any] = {"seen_at": timezone.now()}
    if not is_live:
        end = started + timedelta(minutes=5)
        ended = {"seen_at": end, "ended_at": end, "end_reason": RealtimeSession.EndReason.STOPPED}
    key = uuid.uuid4()
    row = RealtimeSession.objects.create(
        **{"id": key, "name": str(key), "client_key": "k", "language": "en", "started_at": started, **ended, **fields}
    )
    TranscriptSegment.objects.bulk_create(
        TranscriptSegment(
            session=row, index=index, text=text, language="en", heard_at=started + timedelta(seconds=index)
        )
        for index, text in enumerate(texts)
    )
    return row


def question(owner: RealtimeSession, text: str, segment_index: int | None = 0, **fields: Any) -> Question:
    """A question that followed the segment, answered unless told otherwise."""
    defaults = {
        "language": "en",
        "trigger": Question.Trigger.DETECTED,
        "confidence": 0.92,
        "reason": "en_how",
        "outcome": Question.Outcome.ANSWERED,
        "asked_at": owner.started_at + timedelta(seconds=segment_index or 0, milliseconds=500),
    }
    return Question.objects.create(session=owner, text=text, segment_index=segment_index, **{**defaults, **fields})


def answer(asked: Question, content: str, **fields: Any) -> Answer:
    defaults = {
        "provider": "knowledge",
        "outcome": Answer.Outcome.COMPLETE,
        "finish_reason": "stop",
        "sources": [SOURCE],
        "detect_ms": 0.4,
        "first_token_ms": 3.25,
        "total_ms": 7.5,
        "ended_at": asked.asked_at + timedelta(seconds=1),
    }
    return Answer.objects.create(question=asked, content=content, **{**defaults, **fields})
