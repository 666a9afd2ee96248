"""What a question detector is asked and what it answers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sessions_app.domain.questions.language import Language


class QuestionClass(StrEnum):
    """What somebody who said this wants."""

    QUESTION = "question"
    REQUEST = "request"
    NONE = "none"


class Sensitivity(StrEnum):
    """How sure it must be that something is a question."""

    PRECISE = "precise"
    BALANCED = "balanced"
    EAGER = "eager"


@dataclass(frozen=True, slots=True)
class Judging:
    """How a session wants to be judged: whether requests count, and in which languages questions do."""

    sensitivity: Sensitivity = Sensitivity.BALANCED
    requests: bool = True
    languages: frozenset[Language] = frozenset({"zh", "en"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text is, or ends with, a question worth answering.

    `confidence` (0 to 1) is how sure the detector is; `reason` names the cue that decided. The question's own words
    stand at `start` to `end` of the judged text. A text that `is_unfinished` ends where no utterance can end.
    """

    kind: QuestionClass
    confidence: float
    reason: str
    start: int = 0
    end: int = 0
    is_unfinished: bool = False

    @property
    def is_question(self) -> bool:
        return self.kind is not QuestionClass.NONE


class Detector(Protocol):
    """Judges the text of one speaker's utterance; pure.

    It runs on the event loop: how many characters it reads must have a bound.
    """

    def judge(self, text: str, judging: Judging = Judging(), *, heard: int = 0) -> Verdict:
        """The verdict on the last question of `text` that ends after its first `heard` characters."""
        ...
