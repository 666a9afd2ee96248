"""Word documents (.docx): paragraphs, headings and tables in reading order."""

import io
import re
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from knowledge_app.parsing import kinds
from knowledge_app.parsing.document import Block, ParsedDocument, UnreadableDocumentError, one_line, parsed

_HEADING = re.compile(r"(?:Heading|标题) (?P<level>[1-6])")
_TITLE_STYLES = frozenset({"Title", "标题"})
MAX_UNPACKED_BYTES = 300_000_000
MAX_PARTS = 10_000


def parse(content: bytes) -> ParsedDocument:
    _check_archive(content)
    document = docx.Document(io.BytesIO(content))
    return parsed(document.core_properties.title or "", _blocks(document))


def _check_archive(content: bytes) -> None:
    """Judge the archive by its directory, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise kinds.misnamed(content, "a Word document (.docx)") from None
    if "[Content_Types].xml" not in {part.filename for part in parts} or not any(
        part.filename.startswith("word/") for part in parts
    ):
        raise kinds.misnamed(content, "a Word document (.docx)")
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
        raise UnreadableDocumentError("The Word document would unpack to an unreasonable size.")


def _blocks(container: WordDocument | _Cell) -> Iterator[Block]:
    for item in container.iter_inner_content():
        if isinstance(item, Table):
            yield from map(Block, _rows(item))
        else:
            yield Block(item.text, _level(item))


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells = {cell._tc: cell for cell in row.cells}  # noqa: SLF001 - merged cells come once for each column
        yield " | ".join(one_line(" ".join(block.text for block in _blocks(cell))) for cell in cells.values())


def _level(paragraph: Paragraph) -> int:
    name = (paragraph.style.name if paragraph.style else None) or ""
    if name in _TITLE_STYLES:
        return 1
    heading = _HEADING.match(name)
    return int(heading["level"]) + 1 if heading else 0
