"""How good verdicts are, how long they take, and how well the words found are those of the question."""

import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

KEYWORDS = re.compile(
    r"[吗呢几谁?？]|什么|怎么|为什么|哪|多少|如何|是否|能否|可否"
    r"|\b(?:what|how|why|when|where|who|which|can|could|would|should|is|are|do|does|did)\b"
)
_TOKEN = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+(?:'[a-z]+)*", re.IGNORECASE)
Result = TypeVar("Result")


@dataclass
class Score:
    """Verdicts counted against labels."""

    true_positives: int = 0
    false_positives: int = 0
    positives: int = 0
    negatives: int = 0

    @classmethod
    def of(cls, labels: Sequence[int | None], judged: Sequence[bool]) -> "Score":
        pairs = Counter((bool(label), found) for label, found in zip(labels, judged, strict=True))
        return cls(
            pairs[True, True],
            pairs[False, True],
            pairs[True, True] + pairs[True, False],
            pairs[False, True] + pairs[False, False],
        )

    @staticmethod
    def by_keywords(text: str) -> bool:
        return bool(KEYWORDS.search(text))

    def cells(self) -> list[str]:
        """Precision, recall, F1, and false triggers per 100 negatives."""
        precision = self.true_positives / max(self.true_positives + self.false_positives, 1)
        recall = self.true_positives / max(self.positives, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        false_triggers = 100 * self.false_positives / max(self.negatives, 1)
        return [f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}", f"{false_triggers:.1f}"]


@dataclass
class Timing:
    """The time that calls take."""

    seconds: list[float] = field(default_factory=list)

    def of(self, call: Callable[[str], Result], text: str) -> Result:
        started = time.perf_counter()
        result = call(text)
        self.seconds.append(time.perf_counter() - started)
        return result

    @property
    def median(self) -> str:
        """In microseconds."""
        return f"{statistics.median(self.seconds) * 1e6:.0f}" if self.seconds else ""


def tokens(text: str) -> list[str]:
    """Words, and Chinese characters."""
    return _TOKEN.findall(text.lower())


def overlap(expected: str, found: str) -> float:
    """F1 of two texts as bags of tokens."""
    wanted, got = Counter(tokens(expected)), Counter(tokens(found))
    return 2 * sum((wanted & got).values()) / max(sum(wanted.values()) + sum(got.values()), 1)
