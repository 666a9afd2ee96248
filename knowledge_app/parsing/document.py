"""What every parser gives: a title and blocks of text, or one error."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
TERM_LEVEL = 9


class UnreadableDocumentError(Exception):
    """A file gives no text. `reason` is a sentence for the operator and holds nothing of the file's text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table row or piece of code (level 0), or a heading.

    Headings have the levels 1 (the highest) to 7; what heads a few lines only, as a term in a list of definitions
    does, has `TERM_LEVEL`.
    """

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """The text of a document in reading order; `title` is empty where the document has none."""

    title: str
    blocks: tuple[Block, ...]


def parsed(title: str, blocks: Iterable[Block]) -> ParsedDocument:
    """The document without characters that no database stores, and without empty blocks.

    Where `title` is empty, the document's highest heading is its title, if no other stands beside it.
    """
    kept = tuple(Block(text, block.level) for block in blocks if (text := _storable(block.text)))
    return ParsedDocument(one_line(_storable(title)) or _highest_heading(kept), kept)


def _highest_heading(blocks: tuple[Block, ...]) -> str:
    highest = min((block.level for block in blocks if 0 < block.level < TERM_LEVEL), default=TERM_LEVEL)
    headings = [one_line(block.text) for block in blocks if block.level == highest]
    return headings[0] if len(headings) == 1 and highest < TERM_LEVEL else ""


def one_line(text: str) -> str:
    return " ".join(text.split())


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("", text).strip()
