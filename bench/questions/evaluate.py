"""Measures question detection on labelled speech, and writes the table into `README.md`.

    python bench/questions/evaluate.py FOLDER [--write]

FOLDER holds `*.dev.jsonl.gz`: lines with `text` (as a recogniser writes it), `label` (1 question, 0 none, null left
out), `prev_same` (the same speaker spoke before) and in files of turns `q` (the words of the question). What is
measured: the model, the rules alone, and a rule of keywords.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from corpora import Row, cut_in_two, joined, name, read
from measures import Score, Timing, overlap, tokens
from table import write

from sessions_app.domain.questions import Detector, Judging, QuestionClass, RuleDetector, load_detector
from sessions_app.domain.questions.verdict import DEFAULT_JUDGING, Verdict

QUESTION_SHARE = 0.77
"""Turns of which the question takes less are those on which its own words are looked for."""
SEVERAL = (2, 3)
HEADER = ("file", "judged by", "precision", "recall", "F1", "false per 100", "words F1", "where found", "else 0", "µs")


def rows_of(path: Path) -> Iterator[tuple[str, list[Row]]]:
    """The rows of a file, its sentences joined where one speaker says several, and the long ones cut in two finals."""
    rows = read(path)
    yield name(path), rows
    several = [row for size in SEVERAL for row in joined(rows, size)]
    if several:
        yield f"{name(path)}, {SEVERAL[0]}–{SEVERAL[-1]} joined", several
    yield f"{name(path)}, cut in two", list(cut_in_two(rows))


def measured(title: str, rows: list[Row], detectors: Mapping[str, Detector]) -> Iterator[tuple[str, ...]]:
    judged = [row for row in rows if row.label is not None]
    for judge, detector in detectors.items():
        timing = Timing()
        verdicts = [timing.of(partial(_heard, detector, row), row.text) for row in judged]
        yield (title, judge, *_score(judged, verdicts), *_words(judged, verdicts), timing.median)
        if any(verdict.kind is QuestionClass.REQUEST for verdict in verdicts):
            without = [_heard(detector, row, row.text, Judging(requests=False)) for row in judged]
            yield (title, f"{judge}, without requests", *_score(judged, without), *_words(judged, without), "")
    timing = Timing()
    found = [timing.of(Score.by_keywords, row.text) for row in judged]
    yield (title, "keywords", *Score.of([row.label for row in judged], found).cells(), "", "", "", timing.median)


def _heard(detector: Detector, row: Row, text: str, judging: Judging = DEFAULT_JUDGING) -> Verdict:
    """The verdict on a text; of one that is cut, on all of it once its second final comes, or else on the first."""
    if not row.cut:
        return detector.judge(text, judging)
    first, second = detector.judge(text[: row.cut], judging), detector.judge(text, judging, heard=row.cut)
    return second if second.is_question else first


def _score(rows: list[Row], verdicts: list[Verdict]) -> list[str]:
    return Score.of([row.label for row in rows], [verdict.is_question for verdict in verdicts]).cells()


def _words(rows: list[Row], verdicts: list[Verdict]) -> tuple[str, str, str]:
    """How well the verdicts' words are those of the questions, in turns that say more.

    The nearest words count where no question was found; then without those turns; then with nothing found in them.
    """
    shared = [
        (overlap(row.asked, row.text[verdict.start : verdict.end]), verdict.is_question)
        for row, verdict in zip(rows, verdicts, strict=True)
        if row.asked and len(tokens(row.asked)) < QUESTION_SHARE * len(tokens(row.text))
    ]
    found = [words for words, is_question in shared if is_question]
    if not found:
        return "", "", ""
    every = sum(words for words, _ in shared) / len(shared)
    return f"{every:.3f}", f"{sum(found) / len(found):.3f}", f"{sum(found) / len(shared):.3f}"


def figures(folder: Path) -> dict[str, dict[str, str]]:
    """What the model reaches on each file, by the names of the columns; times left out."""
    detectors = {"model": load_detector()}
    rows = [cells for path in files_in(folder) for part in rows_of(path) for cells in measured(*part, detectors)]
    return {
        f"{cells[0]}: {cells[1]}": {name: cell for name, cell in zip(HEADER[2:-1], cells[2:-1], strict=True) if cell}
        for cells in rows
        if cells[1] != "keywords"
    }


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.dev.jsonl.gz"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="write the table into README.md")
    parser.add_argument("--only", default="", help="files whose names hold this")
    arguments = parser.parse_args()
    files = [path for path in files_in(arguments.folder) if arguments.only in path.name]
    if not files:
        sys.exit(f"No *.dev.jsonl.gz in {arguments.folder}")
    detectors: dict[str, Detector] = {"model": load_detector(), "rules": RuleDetector()}
    rows = [cells for path in files for part in rows_of(path) for cells in measured(*part, detectors)]
    write(HEADER, rows, Path(__file__).parent / "README.md" if arguments.write else None)


if __name__ == "__main__":
    main()
