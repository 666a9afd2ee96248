"""What becomes of questions."""

from dataclasses import dataclass

from sessions_app.domain.events.asked import AnswerSource, AnswerSummary, AskedQuestion, Outcome
from sessions_app.domain.protocol import Rating


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
