"""What is heard, and how."""

from dataclasses import dataclass

from sessions_app.domain.options import SessionOptions
from sessions_app.domain.questions import QuestionClass


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the detector made of a final, judged together with those before it in its utterance.

    `utterance` is the index of the utterance's first final, `question_from` that of the final in which the question
    begins that was found; None where none was.
    """

    kind: QuestionClass
    confidence: float
    reason: str
    utterance: int
    question_from: int | None = None


@dataclass(frozen=True, slots=True)
class SegmentHeard:
    """A final was said; `index` counts from 0 inside the session. Times are milliseconds of the recogniser's clock.

    It has no `judgement` where its speaker may not ask, or its words were asked already.
    """

    index: int
    text: str
    language: str
    segment_id: str | None = None
    speaker: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class SegmentCorrected:
    """The recogniser thought better of a final: `segment` takes the place of the one with its index."""

    segment: SegmentHeard


@dataclass(frozen=True, slots=True)
class QuestionHeld:
    """Somebody has begun a question; whether they end it is to be seen in `patience_s` seconds.

    `speaker`, `index` (of the last final) and `revision` name the utterance as it was then.
    """

    speaker: str
    index: int
    revision: int
    patience_s: float


@dataclass(frozen=True, slots=True)
class JudgingFailed:
    """What a final means could not be told, because of an error that nobody foresaw; it stays without a judgement."""

    error: Exception


@dataclass(frozen=True, slots=True)
class OptionsChanged:
    """The session is listened to in another way."""

    options: SessionOptions


@dataclass(frozen=True, slots=True)
class LanguageChanged:
    """The latest final is in another language than the one before."""

    language: str
