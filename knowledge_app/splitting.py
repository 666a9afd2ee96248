"""A document's text in passages: small enough to be shown as a source, never across headings or inside sentences."""

import functools
import re
from collections.abc import Iterable, Iterator

from semantic_text_splitter import TextSplitter

from knowledge_app.parsing.document import TERM_LEVEL, Block, ParsedDocument, one_line
from knowledge_app.parsing.lines import columns
from knowledge_app.sentences import sentences

MAX_PASSAGE_COLUMNS = 900
MAX_QUESTION_CHARS = 120
_SLICE = re.compile(r".{1,4000}(?:\s|$)|.{1,4000}", re.DOTALL)
_PATH_SEPARATOR = " › "


def split(document: ParsedDocument) -> Iterator[tuple[str, str]]:
    """The heading path and the text of every passage in reading order.

    A passage has up to `MAX_PASSAGE_COLUMNS` columns, which is as many English or half as many Chinese characters.
    """
    for path, body in _sections(document.blocks):
        heading = _PATH_SEPARATOR.join(one_line(part) for part in path if one_line(part) != document.title)
        own = [] if path and one_line(path[-1]) == document.title else path[-1:]
        for text in _packed(body or own):
            yield heading, text


def _sections(blocks: Iterable[Block]) -> Iterator[tuple[list[str], list[str]]]:
    """The headings above each run of text, outermost first. A lowest heading without text is a section by itself."""
    path: list[Block] = []
    body: list[str] = []
    for block in blocks:
        level = block.level or _question_level(block.text)
        if not level:
            body.append(block.text)
            continue
        if body or (path and level <= path[-1].level):
            yield [heading.text for heading in path], body
        body = []
        path = [*(heading for heading in path if heading.level < level), Block(block.text, level)]
    if body or path:
        yield [heading.text for heading in path], body


def _question_level(text: str) -> int:
    """A paragraph that is nothing but one question heads its answer, as in a FAQ without marked headings."""
    is_question = len(text) <= MAX_QUESTION_CHARS and text.endswith(("?", "？")) and len(list(_sentences(text))) == 1
    return TERM_LEVEL if is_question else 0


def _packed(blocks: Iterable[str]) -> Iterator[str]:
    """Whole sentences, as many as a passage holds."""
    text = ""
    for block in blocks:
        for sentence in _sentences(block):
            if text and columns(text) + columns(sentence.rstrip()) > MAX_PASSAGE_COLUMNS:
                yield text.strip()
                text = ""
            text += sentence
        text += "\n"
    if text.strip():
        yield text.strip()


def _sentences(block: str) -> Iterator[str]:
    """The sentences with the space after them; one that no passage holds comes in pieces, cut between words."""
    for line in block.splitlines(keepends=True):
        for sentence in sentences(line, "en"):  # which knows Chinese full stops too
            if columns(sentence) <= MAX_PASSAGE_COLUMNS:
                yield sentence
                continue
            # The splitter's time grows with the square of the length.
            for piece in _SLICE.findall(sentence):
                yield from _splitter().chunks(piece)


@functools.cache
def _splitter() -> TextSplitter:
    return TextSplitter.from_callback(columns, MAX_PASSAGE_COLUMNS, trim=False)
