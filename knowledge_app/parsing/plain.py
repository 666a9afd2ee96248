"""Plain text."""

from knowledge_app.parsing.document import Block, ParsedDocument, parsed
from knowledge_app.parsing.encodings import decode
from knowledge_app.parsing.lines import paragraphs


def parse(content: bytes) -> ParsedDocument:
    return parsed("", map(Block, paragraphs(decode(content, "a text file"))))
