"""Files to download, made while they are sent, so that their size does not matter; and CSV for spreadsheets.

CSV begins with a byte order mark, without which Excel does not read Chinese, and no cell of it is a formula.
"""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
PIECES = 200
"""How many pieces are written before they are sent."""


def download(name: str, content_type: str, pieces: Iterator[str]) -> StreamingHttpResponse:
    """The pieces as one file called `name`."""
    return StreamingHttpResponse(
        _written(pieces),
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
            "Cache-Control": "no-store",
        },
    )


def csv_head(columns: Sequence[str]) -> str:
    """The beginning of a CSV file."""
    return BYTE_ORDER_MARK + csv_lines(columns, [{name: name for name in columns}])


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A line for each row, with what it has of the columns."""
    lines = io.StringIO()
    writer = csv.DictWriter(lines, columns, extrasaction="ignore")
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return lines.getvalue()


def source_line(source: Mapping[str, Any]) -> str:
    """A source in one line, with the number that its mark in the text has."""
    return f"[{source['position']}] {source['title']} {source['url']}".rstrip()


async def _written(pieces: Iterator[str]) -> AsyncIterator[str]:
    """The pieces, several at a time; they read the database, hence the thread."""
    while text := await sync_to_async(lambda: "".join(islice(pieces, PIECES)))():
        yield text


def _cell(value: Any) -> Any:
    """The value as it may stand in a spreadsheet: text that would count as a formula begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
