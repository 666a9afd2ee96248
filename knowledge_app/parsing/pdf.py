"""PDF files with text in them; its bookmarks give the headings."""

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PasswordType, PdfReader

from knowledge_app.parsing import kinds
from knowledge_app.parsing.document import Block, ParsedDocument, UnreadableDocumentError, one_line, parsed
from knowledge_app.parsing.lines import paragraphs

_HEADER_BYTES = 1024
_HYPHENATED = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
MAX_LEVEL = 6


def parse(content: bytes) -> ParsedDocument:
    if b"%PDF-" not in content[:_HEADER_BYTES]:
        raise kinds.misnamed(content, "a PDF file")
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise UnreadableDocumentError("The PDF file is encrypted: save it without its password first.")
    document = parsed(_title(reader), _blocks(reader))
    if not document.blocks:
        raise UnreadableDocumentError("There is no text in it (scanned?): let a text recognition run over it first.")
    return document


def _title(reader: PdfReader) -> str:
    title = reader.metadata.title if reader.metadata else None
    return title if isinstance(title, str) else ""


def _blocks(reader: PdfReader) -> Iterator[Block]:
    headings = dict(_bookmarks(reader.outline, 1))
    for page in reader.pages:
        prose: list[str] = []
        for line in page.extract_text().splitlines():
            level = headings.get(one_line(line))
            if level is None:
                prose.append(line)
                continue
            yield from map(Block, _paragraphs(prose))
            yield Block(one_line(line), level)
            prose = []
        yield from map(Block, _paragraphs(prose))


def _paragraphs(lines: list[str]) -> Iterator[str]:
    return paragraphs(_HYPHENATED.sub("", "\n".join(line.rstrip() for line in lines)))


def _bookmarks(outline: list[Any], level: int) -> Iterator[tuple[str, int]]:
    """The titles of the bookmarks and their levels; pypdf nests lower ones as lists."""
    for entry in outline:
        if isinstance(entry, list):
            yield from _bookmarks(entry, min(level + 1, MAX_LEVEL))
        elif entry.title:
            yield one_line(entry.title), level
