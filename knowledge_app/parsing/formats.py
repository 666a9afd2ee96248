"""Which parser reads which file."""

import importlib

from knowledge_app.parsing.document import ParsedDocument, UnreadableDocumentError

_PARSERS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "plain",
    ".text": "plain",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
}
SUFFIXES = tuple(_PARSERS)


def parse(content: bytes, suffix: str) -> ParsedDocument:
    """Read a file by the suffix of its name, one of `SUFFIXES`; only that format's library is loaded.

    Raises `UnreadableDocumentError` for what the parser foresees, and anything else for a damaged file.
    """
    parser = importlib.import_module(f"{__package__}.{_PARSERS[suffix]}")
    document: ParsedDocument = parser.parse(content)
    if not document.blocks:
        raise UnreadableDocumentError("There is no text in it.")
    return document
