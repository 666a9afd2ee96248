"""Labelled speech as the files in a data folder have it."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from zlib import crc32

FEWEST = 2
"""So many words, or Chinese characters, are left on both sides of a cut at least."""
_PLACES = re.compile(r"(?<=\s)(?=\S)|(?<=[㐀-鿿])(?=[㐀-鿿])")


@dataclass(frozen=True)
class Row:
    """A line of a file: `text` as recognisers write it, `punct` as published; `label` 1 question, 0 none, else null."""

    text: str
    punct: str
    label: int | None
    conversation: str
    goes_on: bool
    """Whether the same speaker spoke before."""
    asked: str | None
    """The words of the question in a turn, where a file tells."""
    cut: int = 0
    """Where the text is cut in two finals; 0 where it is one."""


def read(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        parsed = [json.loads(line) for line in lines]
    return [
        Row(each["text"], each["punct"], each["label"], each["conv"], bool(each["prev_same"]), each.get("q"))
        for each in parsed
    ]


def name(path: Path) -> str:
    return path.name.split(".")[0]


def turns(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    """Consecutive rows of one speaker, at most so many together."""
    turn: list[Row] = []
    for row in rows:
        if turn and (not row.goes_on or row.conversation != turn[-1].conversation or len(turn) == most):
            yield turn
            turn = []
        turn.append(row)
    if turn:
        yield turn


def joined(rows: list[Row], size: int) -> list[Row]:
    """Every `size` consecutive sentences of one speaker as one segment: a question if any of them is."""
    found = []
    for first in range(len(rows) - size + 1):
        run = rows[first : first + size]
        if all(later.goes_on and later.conversation == earlier.conversation for earlier, later in pairwise(run)):
            labels = {row.label for row in run}
            label = 1 if 1 in labels else None if None in labels else 0
            found.append(replace(run[0], text=join(row.text for row in run), label=label, goes_on=False, asked=None))
    return found


def cut_in_two(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows long enough to be cut inside, each at a place that depends on its text alone."""
    for row in rows:
        places = [match.start() for match in _PLACES.finditer(row.text)][FEWEST:-FEWEST]
        if places:
            yield replace(row, cut=places[crc32(row.text.encode()) % len(places)])


def join(texts: Iterable[str]) -> str:
    """Texts one after the other, with a blank between them unless both sides are Chinese."""
    whole = ""
    for text in texts:
        separator = "" if not whole or not text or (whole[-1] >= "\u3400" and text[0] >= "\u3400") else " "
        whole += separator + text
    return whole
