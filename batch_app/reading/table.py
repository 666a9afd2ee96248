"""CSV, with commas, semicolons or tabs, with a header or without."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import TextIO

from batch_app.entries import Problem
from batch_app.reading.checks import Collector
from batch_app.reading.columns import Columns, chosen, is_header
from batch_app.reading.decoding import BOM, LongLine, lines_of, longest_line

DELIMITERS = (",", ";", "\t")
ONE_COLUMN = "\t"
"""The delimiter for tables that none of them divides."""
SAMPLE_CHARS = 65_536
REGULAR_SHARE = 0.9


class RowTooLongError(Exception):
    """A row has more characters than are looked at."""


class Lines:
    """The lines of a table for `csv.reader`, with how far the row has come that they belong to."""

    def __init__(self, text: TextIO) -> None:
        self._lines = lines_of(text)
        self._longest = longest_line()
        self.number = 0
        self.begin_row()

    def begin_row(self) -> None:
        self._chars = self._quotes = 0

    def skip_row(self) -> None:
        """Go to the end of a row that cannot be read: where its quotes come in pairs.

        Else the next lines of a cell that began with a quote would pass for rows.
        """
        while self._quotes % 2:
            try:
                next(self)
            except RowTooLongError:
                continue
            except StopIteration:
                return

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line. Raises `RowTooLongError`."""
        self.number, line = next(self._lines)
        if isinstance(line, LongLine):
            self._quotes += line.quotes
            raise RowTooLongError
        self._quotes += line.count('"')
        self._chars += len(line)
        if self._chars > self._longest:
            raise RowTooLongError
        return line


def rows_of(text: TextIO, delimiter: str) -> Iterator[tuple[int, list[str] | Problem]]:
    """Every row that is not blank with the number of its first line, or what is wrong with it."""
    lines = Lines(text)
    csv.field_size_limit(longest_line())
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        first = lines.number + 1
        lines.begin_row()
        try:
            row = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except (RowTooLongError, csv.Error) as error:
            lines.skip_row()
            yield first, Problem.TOO_LONG if isinstance(error, RowTooLongError) else Problem.NOT_CSV
        else:
            if any(row):
                yield first, row


def read(text: TextIO, collector: Collector, column: str, id_column: str) -> Columns | None:
    """Read all rows; the columns, or None where there is no row. Raises `RefusedError` for a column that is not there.

    A row with more cells than the header is wrong: its question may hold a delimiter and no quotes around it.
    """
    columns: Columns | None = None
    for line, row in rows_of(text, _delimiter_of(text, column, id_column)):
        if isinstance(row, Problem):
            collector.refuse(line, row)
            continue
        if columns is None:
            columns = chosen(row, column, id_column)
            if columns.header:
                continue
        if columns.header and any(row[len(columns.header) :]):
            collector.refuse(line, Problem.NOT_CSV)
        else:
            collector.take(line, _cell(row, columns.text), _cell(row, columns.custom_id))
    return columns


def _cell(row: list[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _delimiter_of(text: TextIO, column: str, id_column: str) -> str:
    """What divides the cells: the one by which the first row is a header, else the one by which rows are equally wide.

    `csv.Sniffer` counts characters, and takes the commas inside of questions for delimiters.
    """
    sample = text.read(SAMPLE_CHARS)
    text.seek(0)
    is_whole = len(sample) < SAMPLE_CHARS
    widths: dict[str, int] = {}
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(sample.removeprefix(BOM)), delimiter=delimiter, skipinitialspace=True)
        rows = [row for row in reader if any(row)]
        if rows and is_header(rows[0], column, id_column):
            return delimiter if len(rows[0]) > 1 else ONE_COLUMN
        complete = rows if is_whole else rows[:-1]
        width, times = next(iter(Counter(map(len, complete)).most_common(1)), (1, 0))
        widths[delimiter] = width if times >= REGULAR_SHARE * len(complete) else 1
    best = max(DELIMITERS, key=widths.__getitem__)
    return best if widths[best] > 1 else ONE_COLUMN
