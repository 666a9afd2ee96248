"""The questions of a batch before they are on record, and what may be wrong with a line."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MAX_ENTRIES = 50_000
MAX_CUSTOM_ID = 128


class Problem(StrEnum):
    """Why a line cannot be taken."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_TEXT = "not_text"
    NOT_JSON = "not_json"
    NOT_CSV = "not_csv"
    """A quote is not where it may be, or the row has more cells than the header."""
    NO_TEXT_FIELD = "no_text_field"
    UNKNOWN_FIELD = "unknown_field"
    CUSTOM_ID_INVALID = "custom_id_invalid"
    CUSTOM_ID_REPEATED = "custom_id_repeated"
    NUL = "nul_character"
    NOT_UNICODE = "not_unicode"


@dataclass(frozen=True, slots=True)
class Entry:
    """One question, and what its submitter calls it, or ""."""

    text: str
    custom_id: str = ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be taken. Lines count from 1, as editors count them; so do the texts of a JSON list."""

    line: int
    problem: Problem


@dataclass(slots=True)
class Entries:
    """What was read: the questions in their order, and every line that is wrong."""

    good: list[Entry] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)


def lines_view(bad: Iterable[BadLine]) -> list[dict[str, Any]]:
    """Wrong lines as programs read them."""
    return [{"line": each.line, "problem": each.problem} for each in bad]
