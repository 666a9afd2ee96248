"""Files with lists of questions: TXT, CSV and JSONL."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from typing import Protocol, TextIO

from django.conf import settings

from batch_app.entries import Entries, Problem
from batch_app.reading import json_lines, table
from batch_app.reading.checks import Collector
from batch_app.reading.decoding import LongLine, lines_of, opened
from batch_app.refusals import Code, RefusedError, invalid


class Kind(StrEnum):
    TXT = "txt"
    CSV = "csv"
    JSONL = "jsonl"


SUFFIXES = {
    ".txt": Kind.TXT,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
}


class ReadableFile(Protocol):
    """What bytes are read from: a file, or an upload."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(slots=True)
class Reading:
    """A file that was read.

    `columns` is the header of a table, or the fields of the first object of JSONL; empty where there is none. `column`
    and `id_column` are those that were taken, by name, or by number from 1 where a table has no header. `first_row` is
    that of a table, header or not.
    """

    kind: Kind
    entries: Entries = field(default_factory=Entries)
    columns: tuple[str, ...] = ()
    column: str = ""
    id_column: str = ""
    first_row: tuple[str, ...] = ()


def read_file(
    content: bytes | ReadableFile, name: str = "", *, kind: str = "", column: str = "", id_column: str = ""
) -> Reading:
    """Every question of a file, and every line that is wrong; blank lines are neither.

    `kind` is one of `Kind`, "" where the ending of `name` tells it. `column` and `id_column` say where the text and
    the `custom_id` are: by name, in tables also by number from 1; "" for those of a known name, else the first column.

    Raises `RefusedError` for a file that is too large, no text or of no known kind, for a column that is not there,
    and for more lines than a batch may have.
    """
    reading = Reading(_kind_of(name, kind), column=column, id_column=id_column)
    text = opened(_bytes_of(content))
    collector = Collector(reading.entries)
    match reading.kind:
        case Kind.TXT:
            _read_lines(text, collector)
        case Kind.JSONL:
            reading.columns = json_lines.read(text, collector, column, id_column)
        case Kind.CSV:
            columns = table.read(text, collector, column, id_column)
            if columns:
                reading.columns, reading.first_row = columns.header, columns.first_row
                reading.column, reading.id_column = columns.text_name, columns.id_name
    return reading


def _kind_of(name: str, kind: str) -> Kind:
    known = SUFFIXES.get(PurePath(name).suffix.lower()) if not kind else next((k for k in Kind if k == kind), None)
    if known is None:
        message = (
            f"The kind of a file is one of {', '.join(Kind)}, or told by the end of its name: {', '.join(SUFFIXES)}. "
            "From a spreadsheet, save as CSV."
        )
        raise invalid(message, field="kind", kinds=list(Kind))
    return known


def _bytes_of(content: bytes | ReadableFile) -> bytes:
    limit = settings.BATCH_MAX_REQUEST_BYTES
    read = content if isinstance(content, bytes) else content.read(limit + 1)
    if len(read) > limit:
        message = f"The file has more than {limit} bytes."
        raise RefusedError(Code.MESSAGE_TOO_LARGE, message, details={"field": "file", "limit": limit})
    return read


def _read_lines(text: TextIO, collector: Collector) -> None:
    for number, line in lines_of(text):
        if isinstance(line, LongLine):
            collector.refuse(number, Problem.TOO_LONG)
        elif words := line.strip():
            collector.take(number, words)
