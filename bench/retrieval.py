"""How well and how fast the built-in knowledge base finds passages and answers, on corpora of one's own.

    python bench/retrieval.py FOLDER

FOLDER holds pairs NAME.corpus.jsonl.gz (`id`, `title`, `text`) and NAME.queries.jsonl.gz (`q`, `gold` ids,
`answers`). The index lies in a temporary folder; nothing is kept.
"""

import argparse
import gzip
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from rich.console import Console
from rich.progress import track
from rich.table import Table

PASSAGES = 20_000
TIMED_QUESTIONS = 2_000
LOOKED_AT = 5
THRESHOLDS = (0.35, 0.40, 0.45, 0.50, 0.55)


@dataclass(frozen=True)
class Corpus:
    """Passages and the questions that they answer."""

    name: str
    passages: list[dict[str, Any]]
    questions: list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    corpora = [load(path) for path in sorted(parser.parse_args().folder.glob("*.corpus.jsonl.gz"))]
    if not corpora:
        sys.exit("retrieval.py: no NAME.corpus.jsonl.gz in that folder")
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = "rtrag_site.settings"
    with tempfile.TemporaryDirectory(prefix="rtrag-bench-") as folder:
        os.environ["RTRAG_DATA_DIR"] = folder
        django.setup()
        console = Console(width=120)
        console.print(quality(corpora), not_known(corpora), latency(corpora))


def load(path: Path) -> Corpus:
    name = path.name.removesuffix(".corpus.jsonl.gz")
    return Corpus(name, lines(path), lines(path.with_name(f"{name}.queries.jsonl.gz")))


def lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def fill(passages: Iterable[dict[str, Any]]) -> None:
    """Put every passage into a fresh index, as a document of its own."""
    from knowledge_app.analysis import language_of
    from knowledge_app.index import IndexedPassage, rebuild

    rebuild(
        (key(row["id"]), row["title"], [IndexedPassage(0, "", row["text"], language_of(row["text"]))])
        for row in passages
    )


def key(passage_id: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, passage_id)


def quality(corpora: Sequence[Corpus]) -> Table:
    table = Table(
        "corpus", "passages", "questions", "r@1", "r@5", "answered in ≤ 3 sentences", title="Found, in percent"
    )
    for corpus in corpora:
        fill(corpus.passages)
        ranks = [rank(question) for question in track(corpus.questions, corpus.name, transient=True)]
        table.add_row(
            corpus.name,
            str(len(corpus.passages)),
            str(len(corpus.questions)),
            percent(at < 1 for at in ranks),
            percent(at < 5 for at in ranks),
            percent(is_answered(question) for question in corpus.questions if question["answers"]),
        )
    return table


def rank(question: dict[str, Any]) -> int:
    """How many passages stand before the first right one, as far as five are looked at."""
    from knowledge_app.index import search

    gold = {key(passage) for passage in question["gold"]}
    hits = search(question["q"], limit=LOOKED_AT)
    return next((at for at, hit in enumerate(hits) if hit.document_id in gold), LOOKED_AT)


def is_answered(question: dict[str, Any]) -> bool:
    """Whether one of the known answers stands in the sentences that are shown; blanks, case and script aside."""
    from django.test import override_settings

    from knowledge_app.analysis import normalised
    from knowledge_app.answering import answer_question

    with override_settings(KNOWLEDGE_MIN_COVERAGE=0.0):
        shown = "".join(sentence.text for sentence in answer_question(question["q"]).sentences)
    shown = "".join(normalised(shown).split())
    return any("".join(normalised(answer).split()) in shown for answer in question["answers"])


def percent(outcomes: Iterable[bool]) -> str:
    counted = list(outcomes)
    return f"{100 * sum(counted) / len(counted):.1f}" if counted else "–"


def not_known(corpora: Sequence[Corpus]) -> Table:
    """Half of each corpus is indexed: what is answered of its questions, and of those that it cannot know."""
    table = Table(
        "corpus", "asked", *(f"≥ {at:.2f}" for at in THRESHOLDS), title="Answered by KNOWLEDGE_MIN_COVERAGE, in percent"
    )
    for corpus in corpora:
        fill(corpus.passages[::2])
        held = {row["id"] for row in corpus.passages[::2]}
        asked = {
            "its passage is there": [q for q in corpus.questions if held.issuperset(q["gold"])],
            "its passage is left out": [q for q in corpus.questions if held.isdisjoint(q["gold"])],
            "of other corpora": foreign(corpus, corpora),
        }
        for name, questions in asked.items():
            found = [coverage(question["q"]) for question in questions]
            table.add_row(corpus.name, name, *(percent(value >= at for value in found) for at in THRESHOLDS))
    return table


def foreign(corpus: Corpus, corpora: Sequence[Corpus]) -> list[dict[str, Any]]:
    """Some questions of the other corpora in the same language."""
    from knowledge_app.analysis import language_of

    def language(of: Corpus) -> str:
        return language_of(of.questions[0]["q"])

    others = [other for other in corpora if other is not corpus and language(other) == language(corpus)]
    return [question for other in others for question in other.questions[::10]]


def coverage(question: str) -> float:
    from knowledge_app.answering import answer_question

    return answer_question(question).coverage


def latency(corpora: Sequence[Corpus]) -> Table:
    from knowledge_app.answering import answer_question
    from knowledge_app.index import search

    every = itertools.cycle([row for corpus in corpora for row in corpus.passages])
    fill({**row, "id": f"{number} {row['id']}"} for number, row in enumerate(itertools.islice(every, PASSAGES)))
    questions = [question["q"] for corpus in corpora for question in corpus.questions]
    questions = random.Random(0).sample(questions, min(TIMED_QUESTIONS, len(questions)))  # noqa: S311 - a choice, no secret
    table = Table("step", "p50 ms", "p99 ms", title=f"Latency at {PASSAGES:,} passages, one thread")
    table.add_row("search, ten passages", *timed(search, questions))
    table.add_row("whole answer", *timed(answer_question, questions))
    return table


def timed(work: Callable[[str], object], questions: Sequence[str]) -> tuple[str, str]:
    """Median and 99th percentile of the milliseconds that one call takes."""
    taken = []
    for question in questions:
        start = time.perf_counter()
        work(question)
        taken.append((time.perf_counter() - start) * 1000)
    percentiles = statistics.quantiles(taken, n=100)
    return f"{percentiles[49]:.2f}", f"{percentiles[98]:.2f}"


if __name__ == "__main__":
    main()
