"""What a question is, and what its answer comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sessions_app.domain.protocol import ErrorCode

NOT_FOUND = "not_found"
"""The finish reason of an answer that says that its provider knows none."""


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
    REPLACED = "replaced"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with what a provider and a reader of the record need to know of it.

    `replaces` is the id of the question that its speaker had asked before going on; `only_known` says whether a
    knowledge base that knows nothing about it leaves it unanswered. `caused_at` is when the final came that completed
    it, or the request for it, in seconds of the caller's clock.
    """

    id: str
    text: str
    language: str
    trigger: Trigger
    confidence: float
    reason: str
    context: tuple[str, ...] = ()
    segment_index: int | None = None
    speaker: str = ""
    replaces: str = ""
    only_known: bool = False
    caused_at: float = field(default=0.0, compare=False)


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
    """Milliseconds, counted from the question's `caused_at`."""

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
