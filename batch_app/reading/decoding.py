"""The bytes of a file as lines of text, with no more of it in memory than its bytes and one line."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import TextIO

from django.conf import settings

from batch_app.entries import MAX_ENTRIES
from batch_app.refusals import invalid
from knowledge_app.parsing import kinds
from knowledge_app.parsing.encodings import encoding_of

CONTROL = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1a\x1b"))
CONTROL_SHARE = 0.1
"""More are in no text; a few may be in one, and then their lines are named."""
LONGEST_ESCAPE = len(r"\ud83d\ude00")
MAX_LINES = 20 * MAX_ENTRIES
"""Questions may have line breaks in them and blank lines between them, but nobody shall be kept busy by those alone."""
BOM = "\ufeff"
PIECE = 65_536


@dataclass(frozen=True, slots=True)
class LongLine:
    """Stands for a line of more than `longest_line()` characters; all that is known of it is how many quotes it has."""

    quotes: int


def longest_line() -> int:
    """The most characters of a line that are looked at: the longest question, escaped, and as much besides."""
    return max(1_048_576, 2 * LONGEST_ESCAPE * settings.MAX_CHUNK_CHARS)


def opened(content: bytes) -> TextIO:
    """The text, with line feeds alone for line ends. Raises `RefusedError` for what is none."""
    encoding = None if kinds.is_document_in_text_form(content) else encoding_of(content)
    if encoding is None or _is_binary(content, encoding):
        reason = kinds.misnamed(content, "a text file").reason
        raise invalid(
            f"{reason} A list of questions is TXT, CSV or JSONL; from a spreadsheet, save as CSV.", field="file"
        )
    return io.TextIOWrapper(io.BytesIO(content), encoding)


def lines_of(text: TextIO) -> Iterator[tuple[int, str | LongLine]]:
    """Every line with its number from 1, as editors count them. Raises `RefusedError` after `MAX_LINES`."""
    longest = longest_line()
    for number in count(1):
        line = text.readline(longest)
        if not line:
            return
        if number > MAX_LINES:
            raise invalid(f"The file has more than {MAX_LINES} lines.", field="file", limit=MAX_LINES)
        if len(line) == longest and not line.endswith("\n"):
            yield number, LongLine(line.count('"') + _quotes_to_the_end(text))
        else:
            yield number, line.removeprefix(BOM) if number == 1 else line


def _quotes_to_the_end(text: TextIO) -> int:
    quotes = 0
    while piece := text.readline(PIECE):
        quotes += piece.count('"')
        if piece.endswith("\n"):
            break
    return quotes


def _is_binary(content: bytes, encoding: str) -> bool:
    if encoding.startswith("utf_16"):  # half of its bytes may be zero
        return False
    pieces = (content[start : start + PIECE] for start in range(0, len(content), PIECE))
    return sum(len(piece) - len(piece.translate(None, CONTROL)) for piece in pieces) > CONTROL_SHARE * len(content)
