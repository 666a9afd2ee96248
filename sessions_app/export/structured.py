"""Sessions as JSON and as CSV.

The CSV has one line for each segment, question and answer, with the columns of `COLUMNS`; times are in the service's
time zone, durations in milliseconds from the final's arrival.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from providers_app.download import csv_head, csv_lines, source_line
from sessions_app.export.reading import timeline
from sessions_app.models import Answer, Question, RealtimeSession, TranscriptSegment
from sessions_app.timeline import Entry

COLUMNS = (
    "session",
    "kind",
    "position",
    "at",
    "language",
    "speaker",
    "text",
    "question_id",
    "replaces",
    "trigger",
    "utterance",
    "verdict",
    "confidence",
    "reason",
    "mark",
    "marked_words",
    "outcome",
    "provider",
    "model",
    "is_cached",
    "rating",
    "comment",
    "finish_reason",
    "error_reason",
    "detect_ms",
    "first_token_ms",
    "total_ms",
    "sources",
)


def as_json(sessions: Iterable[RealtimeSession]) -> Iterator[str]:
    """One object: `{"sessions": [{…, "timeline": [segments and questions, these with their answers]}]}`."""
    yield '{"sessions": ['
    for number, session in enumerate(sessions):
        yield (",\n" if number else "\n") + _json(_session(session)).removesuffix("}") + ', "timeline": ['
        comma = "\n"
        for entry in timeline(session):
            yield comma + _json(_entry(entry))
            comma = ",\n"
        yield "]}"
    yield "\n]}\n"


def as_csv(sessions: Iterable[RealtimeSession]) -> Iterator[str]:
    yield csv_head(COLUMNS)
    for session in sessions:
        for entry in timeline(session):
            yield csv_lines(COLUMNS, ({"session": session.name, **row} for row in _rows(entry)))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _session(session: RealtimeSession) -> dict[str, Any]:
    return {
        "id": str(session.pk),
        "name": session.name,
        "language": session.language,
        "started_at": _time(session.started_at),
        "ended_at": session.ended_at and _time(session.ended_at),
        "end_reason": session.end_reason,
        "options": session.options,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return _segment(entry) if isinstance(entry, TranscriptSegment) else _question(entry)


def _segment(segment: TranscriptSegment) -> dict[str, Any]:
    return {
        "kind": "segment",
        "position": segment.index,
        "segment_id": segment.segment_id,
        "at": _time(segment.heard_at),
        "language": segment.language,
        "speaker": segment.speaker,
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "text": segment.text,
        "utterance": segment.utterance,
        "verdict": segment.verdict,
        "confidence": segment.confidence,
        "reason": segment.reason,
        "mark": segment.mark,
        "marked_words": segment.marked_words,
        "marked_by": segment.marked_by,
        "marked_at": segment.marked_at and _time(segment.marked_at),
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "kind": "question",
        "position": question.segment_index,
        "question_id": str(question.pk),
        "at": _time(question.asked_at),
        "language": question.language,
        "speaker": question.speaker,
        "text": question.text,
        "trigger": question.trigger,
        "confidence": question.confidence,
        "reason": question.reason,
        "replaces": str(question.replaces) if question.replaces else None,
        "outcome": question.outcome,
        "answers": [_answer(answer) for answer in question.answers.all()],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "at": _time(answer.ended_at),
        "text": answer.content,
        "outcome": answer.outcome,
        "provider": answer.provider,
        "model": answer.model,
        "is_cached": answer.is_cached,
        "rating": answer.rating,
        "comment": answer.comment,
        "finish_reason": answer.finish_reason,
        "error_reason": answer.error_reason,
        "detect_ms": answer.detect_ms,
        "first_token_ms": answer.first_token_ms,
        "total_ms": answer.total_ms,
        "sources": answer.sources,
        "usage": answer.usage,
    }


def _rows(entry: Entry) -> Iterator[dict[str, Any]]:
    """The CSV's lines of an entry: its own, then one for each answer."""
    row = _entry(entry)
    yield row
    for answer in row.get("answers", ()):
        sources = "\n".join(source_line(source) for source in answer["sources"])
        shared = {name: row[name] for name in ("position", "question_id")}
        yield {**shared, **answer, "kind": "answer", "sources": sources}


def _time(at: datetime) -> str:
    """ISO 8601, in the service's time zone."""
    return timezone.localtime(at).isoformat(timespec="milliseconds")
