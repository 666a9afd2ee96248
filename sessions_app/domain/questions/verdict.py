"""What a question detector is asked and what it answers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sessions_app.domain.questions.language import Language


class QuestionClass(StrEnum):
    """What a speaker wants: an answer, to be told or shown something, or neither."""

    QUESTION = "question"
    REQUEST = "request"
    NONE = "none"


class Sensitivity(StrEnum):
    """What a session would rather bear: questions that are missed, or answers that nobody asked for."""

    PRECISE = "precise"
    BALANCED = "balanced"
    EAGER = "eager"


@dataclass(frozen=True, slots=True)
class Judging:
    """How a session wants to be judged: how readily, whether requests count, and in which languages questions do."""

    sensitivity: Sensitivity = Sensitivity.BALANCED
    requests: bool = True
    languages: frozenset[Language] = frozenset({"zh", "en"})


DEFAULT_JUDGING = Judging()
BACKCHANNEL, SMALL_TALK = "backchannel", "small_talk"
"""The reasons of what says only that somebody listens, and of a greeting in the form of a question."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an utterance is, or ends in, a question worth answering.

    `confidence` (0 to 1) is how sure the detector is that it is one; `reason` names the cue that decided, or "model"
    where no single one did, `SMALL_TALK` for a greeting, and `BACKCHANNEL` or "no_cue" where there is none.
    `text[start:end]` holds the question's own words, or where there is no question those that come nearest to one
    (0, 0 where none do). `is_unfinished` says that the text ends where an utterance cannot end: more is to come, so
    wait with what `kind` says.
    """

    kind: QuestionClass
    confidence: float
    reason: str
    start: int = 0
    end: int = 0
    is_unfinished: bool = False

    @property
    def is_question(self) -> bool:
        """Whether there is something to answer, be it a question or a request."""
        return self.kind is not QuestionClass.NONE


class Detector(Protocol):
    """Judges an utterance whenever more of it was heard; pure.

    `text` is what one speaker said, the newest words last. Its first `heard` characters were judged and asked before:
    a question that ends there does not count again, though one that ends later may begin there.

    It runs on the event loop: how many characters it reads must have a bound.
    """

    def judge(self, text: str, judging: Judging = DEFAULT_JUDGING, *, heard: int = 0) -> Verdict: ...
