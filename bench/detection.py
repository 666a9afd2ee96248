"""Measures question detection on labelled speech.

    python bench/detection.py FOLDER

FOLDER holds `*.dev.jsonl.gz`: lines with `text` (as a recogniser writes it), `label` (1 question, 0 none, null left
out), `prev` (what was said before) and `prev_same` (by the same speaker, so it is judged as context). It prints
precision, recall, F1 and false triggers per 100 non-questions, of the service's rules and of a keyword rule. The rows
"without requests" take requests ("tell me about …") for no questions, as files do that label by the question mark
alone. Times are CPU time.
"""

import gzip
import json
import re
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sessions_app.domain.questions import Context, RuleDetector

KEYWORDS = re.compile(
    r"[吗呢几谁?？]|什么|怎么|为什么|哪|多少|如何|是否|能否|可否"
    r"|\b(?:what|how|why|when|where|who|which|can|could|would|should|is|are|do|does|did)\b"
)


@dataclass
class Utterance:
    text: str
    context: str
    label: int | None


@dataclass
class Score:
    true_positives: int = 0
    false_positives: int = 0
    false_negatives: int = 0
    negatives: int = 0

    def count(self, *, expected: bool, judged: bool) -> None:
        self.true_positives += expected and judged
        self.false_positives += judged and not expected
        self.false_negatives += expected and not judged
        self.negatives += not expected

    @property
    def precision(self) -> float:
        return self.true_positives / max(self.true_positives + self.false_positives, 1)

    @property
    def recall(self) -> float:
        return self.true_positives / max(self.true_positives + self.false_negatives, 1)

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)

    @property
    def false_triggers(self) -> float:
        return 100 * self.false_positives / max(self.negatives, 1)

    def cells(self) -> list[str]:
        return [f"{self.precision:.2f}", f"{self.recall:.2f}", f"{self.f1:.2f}", f"{self.false_triggers:.1f}"]


def read(path: Path) -> list[Utterance]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Utterance(row["text"], row["prev"] if row["prev_same"] else "", row["label"]) for row in rows]


def score(utterances: list[Utterance], verdicts: Iterable[bool]) -> Score:
    result = Score()
    for utterance, judged in zip(utterances, verdicts, strict=True):
        if utterance.label is not None:
            result.count(expected=bool(utterance.label), judged=judged)
    return result


def judged_by_rules(utterances: list[Utterance]) -> list[str]:
    """The reason for each utterance taken for a question, and nothing for the others."""
    detector = RuleDetector()
    reasons: list[str] = []
    for utterance in utterances:
        answered_before = bool(reasons and reasons[-1])
        recent = (utterance.context,) if utterance.context and not answered_before else ()
        verdict = detector.judge(utterance.text, Context(recent))
        reasons.append(verdict.reason if verdict.is_question else "")
    return reasons


def judged_by_keywords(utterances: list[Utterance]) -> list[str]:
    return ["keyword" if KEYWORDS.search(utterance.text) else "" for utterance in utterances]


def add_rows(table: Table, path: Path) -> None:
    utterances = read(path)
    for judge, judged in (("rules", judged_by_rules), ("keywords", judged_by_keywords)):
        started = time.process_time()
        reasons = judged(utterances)
        each = f"{(time.process_time() - started) / len(utterances) * 1e6:.0f}"
        name = path.name.removesuffix(".dev.jsonl.gz")
        table.add_row(name, judge, *score(utterances, map(bool, reasons)).cells(), each)
        if any(reason.endswith("_request") for reason in reasons):
            asked = (bool(reason) and not reason.endswith("_request") for reason in reasons)
            table.add_row(name, "without requests", *score(utterances, asked).cells(), each)
    table.add_section()


def main(folder: Path) -> None:
    files = sorted(folder.glob("*.dev.jsonl.gz"))
    if not files:
        sys.exit(f"No *.dev.jsonl.gz in {folder}")
    table = Table("file", "judged by", "precision", "recall", "F1", "false per 100", "µs each")
    for path in files:
        add_rows(table, path)
    Console(width=100).print(table)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python bench/detection.py FOLDER")
    main(Path(sys.argv[1]))
