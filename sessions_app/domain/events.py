"""Everything that can happen in a session. Frames, rows and provider calls are all made from these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sessions_app.domain.protocol import ErrorCode, Rating, Stage


class Trigger(StrEnum):
    """Why a question is asked."""

    DETECTED = "detected"
    INSTANT = "instant"
    TYPED = "typed"


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    NOT_KNOWN = "not_known"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DROPPED = "dropped"


NOT_FOUND = "not_found"
"""The finish reason of an answer that says that its provider knows none."""


class EndReason(StrEnum):
    """Why a session ended."""

    STOPPED = "stopped"
    DISCONNECTED = "disconnected"
    SWITCHED = "switched"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with what a provider and a reader of the record need to know of it."""

    id: str
    text: str
    language: str
    trigger: Trigger
    confidence: float
    reason: str
    context: tuple[str, ...] = ()
    segment_index: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerSource:
    """Where an answer comes from, as the provider named it; `position` is the citation mark's number."""

    position: int
    title: str
    content: str
    url: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds, counted from the arrival of the frame that caused the question."""

    detect_ms: float | None = None
    first_token_ms: float | None = None
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class AnswerSummary:
    """What the provider says when its answer ends, and who it was.

    `memory` and `message_id` are the vendor's names of the conversation and of this answer, `suggested` the questions
    that it proposes next.
    """

    provider: str
    model: str = ""
    finish_reason: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    timing: Timing = Timing()
    is_cached: bool = False
    memory: str = ""
    message_id: str = ""
    suggested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer, or only a part of one: what the client gets to know, and a short word for the record.

    `error_id` is set where only the log knows more.
    """

    code: ErrorCode
    reason: str
    error_id: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A client message was taken. Where `is_stored`, nobody may hear of it before what it caused is durable."""

    received_type: str = ""
    message: str = ""
    is_final: bool | None = None
    segment_id: str | None = None
    is_stored: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A client message could not be taken."""

    code: ErrorCode
    message: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageChanged:
    stage: Stage
    note: str = ""
    question: AskedQuestion | None = None
    is_restart: bool = False


@dataclass(frozen=True, slots=True)
class SegmentHeard:
    """A final was said; `index` counts from 0 inside the session."""

    index: int
    text: str
    language: str
    segment_id: str | None = None


@dataclass(frozen=True, slots=True)
class LanguageChanged:
    """The latest final is in another language than the one before."""

    language: str


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    question: AskedQuestion


@dataclass(frozen=True, slots=True)
class QuestionDropped:
    """A waiting question will not be answered."""

    question: AskedQuestion
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class AnswerStarted:
    """The question is the provider's now."""

    question: AskedQuestion


@dataclass(frozen=True, slots=True)
class AnswerInterrupted:
    """Nobody wants this answer any more; `AnswerEnded` follows once its provider has let go."""

    question: AskedQuestion


@dataclass(frozen=True, slots=True)
class SourcesCited:
    question: AskedQuestion
    stream_index: int
    sources: tuple[AnswerSource, ...]


@dataclass(frozen=True, slots=True)
class AnswerDelta:
    question: AskedQuestion
    stream_index: int
    text: str


@dataclass(frozen=True, slots=True)
class AnswerEnded:
    """An attempt to answer is over, well or not. `stream_index` is the final frame's; None where there is none."""

    question: AskedQuestion
    outcome: Outcome
    content: str
    sources: tuple[AnswerSource, ...]
    summary: AnswerSummary
    stream_index: int | None = None
    error_reason: str = ""


@dataclass(frozen=True, slots=True)
class AnswerAbandoned:
    """What was said of an answer no longer counts; it begins anew."""

    attempt: AnswerEnded


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """How somebody liked the answer to a question."""

    question_id: str
    rating: Rating
    comment: str


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """The client is done: nothing follows, and the socket closes."""


Event = (
    Acknowledged
    | Refused
    | StageChanged
    | SegmentHeard
    | LanguageChanged
    | QuestionAsked
    | QuestionDropped
    | AnswerStarted
    | AnswerInterrupted
    | SourcesCited
    | AnswerDelta
    | AnswerEnded
    | AnswerAbandoned
    | FeedbackGiven
    | SessionClosed
)
