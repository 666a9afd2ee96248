"""How each thing that happens in a session becomes rows."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import F, Model
from msgspec import to_builtins

from sessions_app.domain.events import (
    AnswerAbandoned,
    AnswerEnded,
    EndReason,
    FeedbackGiven,
    LanguageChanged,
    OptionsChanged,
    Outcome,
    QuestionAsked,
    QuestionDropped,
    Recorded,
    SegmentCorrected,
    SegmentHeard,
)
from sessions_app.domain.options import SessionOptions
from sessions_app.models import Answer, Question, RealtimeSession, TranscriptSegment

LOST_AFTER = timedelta(seconds=90)
"""How long a session that no server holds open counts as live."""


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A new session; `name` is the client's word for it, `provider` the one that it is pinned to, if any."""

    name: str
    is_server_made: bool
    client_key: str
    provider: str = ""
    options: SessionOptions = field(default_factory=SessionOptions)


@dataclass(frozen=True, slots=True)
class SessionResumed:
    """A session that had ended goes on."""


@dataclass(frozen=True, slots=True)
class SessionEnded:
    reason: EndReason
    last_seq: int


@dataclass(frozen=True, slots=True)
class SessionsSeen:
    """These sessions are held open by this server; others that none has held for long are lost."""

    sessions: tuple[UUID, ...]


Record = SessionOpened | SessionResumed | SessionEnded | SessionsSeen | Recorded
RecordType = TypeVar("RecordType")
MARK = ["mark", "marked_words", "marked_by", "marked_at"]
SAID = ["text", "language", "start_ms", "end_ms"]
CORRECTABLE = [*SAID, "utterance", "question_from", "verdict", "confidence", "reason", *MARK]
"""What a correction writes of a segment; a mark on the verdict that there was is gone with it."""


class Entry(NamedTuple):
    session: UUID
    record: Record
    at: datetime


def write(entries: Sequence[Entry]) -> None:
    """Write entries, in the order in which their rows depend on each other. Call it inside a transaction."""
    _create(
        RealtimeSession,
        (
            RealtimeSession(
                id=key,
                name=record.name,
                is_server_made=record.is_server_made,
                client_key=record.client_key,
                provider=record.provider,
                options=to_builtins(record.options),
                started_at=at,
                seen_at=at,
            )
            for key, record, at in _of(SessionOpened, entries)
        ),
    )
    _create(TranscriptSegment, (_segment(key, record, at) for key, record, at in _of(SegmentHeard, entries)))
    _correct([_segment(key, record.segment, at) for key, record, at in _of(SegmentCorrected, entries)])
    _create(Question, (_question(key, record, at) for key, record, at in _of(QuestionAsked, entries)))
    _create(Answer, (_answer(record.attempt, at) for _, record, at in _of(AnswerAbandoned, entries)))
    _create(Answer, (_answer(record, at) for _, record, at in _of(AnswerEnded, entries) if _was_asked(record)))
    for entry in entries:
        _update(entry)


def _of(kind: type[RecordType], entries: Sequence[Entry]) -> Iterable[tuple[UUID, RecordType, datetime]]:
    return ((entry.session, entry.record, entry.at) for entry in entries if isinstance(entry.record, kind))


def _create(model: type[Model], rows: Iterable[Model]) -> None:
    """Insert rows; those that are there already (a segment sent again, an entry tried again) stay as they are."""
    if found := list(rows):
        model._base_manager.bulk_create(found, ignore_conflicts=True)  # noqa: SLF001 - documented API


def _segment(key: UUID, heard: SegmentHeard, at: datetime) -> TranscriptSegment:
    judgement = heard.judgement
    return TranscriptSegment(
        session_id=key,
        index=heard.index,
        segment_id=heard.segment_id,
        text=heard.text,
        language=heard.language,
        speaker=heard.speaker,
        start_ms=heard.start_ms,
        end_ms=heard.end_ms,
        utterance=judgement.utterance if judgement else None,
        question_from=judgement.question_from if judgement else None,
        verdict=judgement.kind if judgement else "",
        confidence=judgement.confidence if judgement else None,
        reason=judgement.reason if judgement else "",
        heard_at=at,
    )


def _correct(segments: Sequence[TranscriptSegment]) -> None:
    """Write the segments over what is there of them, one after the other: of several corrections the last holds.

    A segment that was not judged anew keeps its verdict, and the mark on that: its speaker may not ask any more.
    """
    for segment in segments:
        fields = CORRECTABLE if segment.verdict else SAID
        TranscriptSegment.objects.bulk_create(
            [segment], update_conflicts=True, unique_fields=["session", "index"], update_fields=fields
        )


def _question(key: UUID, record: QuestionAsked, at: datetime) -> Question:
    asked = record.question
    return Question(
        id=UUID(asked.id),
        session_id=key,
        segment_index=asked.segment_index,
        text=asked.text,
        language=asked.language,
        trigger=asked.trigger,
        confidence=asked.confidence,
        reason=asked.reason,
        speaker=asked.speaker,
        replaces=UUID(asked.replaces) if asked.replaces else None,
        asked_at=at,
    )


def _was_asked(record: AnswerEnded) -> bool:
    """Whether a provider was reached at all before the end."""
    return bool(record.summary.provider)


ANSWER_OUTCOMES = {
    Outcome.ANSWERED: Answer.Outcome.COMPLETE,
    Outcome.NOT_KNOWN: Answer.Outcome.COMPLETE,
    Outcome.PARTIAL: Answer.Outcome.PARTIAL,
    Outcome.CANCELLED: Answer.Outcome.CANCELLED,
    Outcome.REPLACED: Answer.Outcome.CANCELLED,
    Outcome.FAILED: Answer.Outcome.FAILED,
}


def _answer(record: AnswerEnded, at: datetime) -> Answer:
    summary = record.summary
    return Answer(
        question_id=UUID(record.question.id),
        content=record.content,
        sources=[asdict(source) for source in record.sources],
        usage=dict(summary.usage),
        provider=summary.provider,
        model=summary.model,
        is_cached=summary.is_cached,
        memory=summary.memory,
        message_id=summary.message_id,
        outcome=ANSWER_OUTCOMES[record.outcome],
        finish_reason=summary.finish_reason,
        error_reason=record.error_reason,
        detect_ms=summary.timing.detect_ms,
        first_token_ms=summary.timing.first_token_ms,
        total_ms=summary.timing.total_ms,
        ended_at=at,
    )


def _update(entry: Entry) -> None:
    session = RealtimeSession.objects.filter(pk=entry.session)
    match entry.record:
        case OptionsChanged(options):
            session.update(options=to_builtins(options))
        case LanguageChanged(language):
            session.update(language=language)
        case QuestionDropped(question, outcome) | AnswerEnded(question, outcome):
            Question.objects.filter(pk=question.id).update(outcome=outcome)
        case FeedbackGiven(question_id, rating, comment):
            answers = Answer.objects.filter(question_id=question_id, question__session=entry.session)
            latest = answers.order_by("-ended_at").values("pk")[:1]
            Answer.objects.filter(pk__in=latest).update(rating=rating, comment=comment)
        case SessionResumed():
            session.update(ended_at=None, end_reason="", seen_at=entry.at)
        case SessionEnded(reason, last_seq):
            session.update(ended_at=entry.at, seen_at=entry.at, end_reason=reason, last_seq=last_seq)
        case SessionsSeen(sessions):
            _see(sessions, entry.at)


def _see(sessions: tuple[UUID, ...], at: datetime) -> None:
    """Mark the sessions as live, and close the books of those whose server went away without a word.

    A server that only could not write for a while finds its sessions lost, and takes them back.
    """
    for start in range(0, len(sessions), 500):
        seen = RealtimeSession.objects.filter(pk__in=sessions[start : start + 500])
        seen.update(seen_at=at)
        seen.filter(end_reason=RealtimeSession.EndReason.LOST).update(ended_at=None, end_reason="")
    lost = RealtimeSession.objects.filter(ended_at=None, seen_at__lt=at - LOST_AFTER)
    unanswered: dict[str, Any] = {"outcome": "", "session__in": lost}
    Question.objects.filter(**unanswered).update(outcome=Question.Outcome.LOST)
    lost.update(ended_at=F("seen_at"), end_reason=RealtimeSession.EndReason.LOST)
