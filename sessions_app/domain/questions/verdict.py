"""What a question detector is asked and what it answers."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Context:
    """What was heard before the text to judge: the finals since the last question, oldest first."""

    recent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text is, or completes, a question worth answering.

    `confidence` (0 to 1) is how sure the detector is that it is one; `reason` names the rule that decided;
    `question` holds the question's own words, without fillers and what stands around it (empty where there is none).
    """

    is_question: bool
    confidence: float
    reason: str
    question: str = ""


class Detector(Protocol):
    """Judges one final at a time; pure.

    It runs on the event loop: how many characters it reads of a final and of its context must have a bound.
    """

    def judge(self, text: str, context: Context) -> Verdict: ...
