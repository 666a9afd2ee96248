"""HTML pages: what a reader sees, without navigation, scripts and forms."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from knowledge_app.parsing.document import TERM_LEVEL, Block, ParsedDocument, one_line, parsed
from knowledge_app.parsing.encodings import decode

_DECLARED = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
_HEAD_BYTES = 1024
_HEADINGS = {f"h{level}": level for level in range(1, 7)} | {"dt": TERM_LEVEL, "summary": TERM_LEVEL}
_INLINE = frozenset(
    """a abbr b bdi bdo big br cite code data del dfn em font i img ins kbd label mark q ruby rb rt rp s samp small span
    strike strong sub sup time tt u var wbr""".split()  # noqa: SIM905 - words read better than a list of strings
)
_WHOLE = frozenset({"-text", "br", "pre"})
_UNREAD = "script style nav footer aside template noscript svg form button iframe head".split()  # noqa: SIM905 - as above
_CELLS = frozenset({"td", "th"})


def parse(content: bytes) -> ParsedDocument:
    declared = _DECLARED.search(content[:_HEAD_BYTES])
    source = decode(content, "an HTML page", declared[1].decode() if declared else "")
    title = LexborHTMLParser(source).css_first("head title")
    return parsed(title.text() if title else "", blocks(source))


def blocks(source: str) -> Iterator[Block]:
    """The blocks of a page or of a piece of one."""
    tree = LexborHTMLParser(source)
    tree.strip_tags(_UNREAD)
    if tree.body:
        yield from _Walk().blocks(tree.body)


class _Walk:
    """A walk through the tree that gathers text and gives it out at every border of a block."""

    def __init__(self) -> None:
        self._text = ""
        self._level = 0
        self._row_depth = 0

    def blocks(self, body: LexborNode) -> Iterator[Block]:
        # An own stack: a hostile page nests deeper than Python recurses.
        waiting: list[tuple[LexborNode, bool]] = [(body, False)]
        while waiting:
            node, is_left = waiting.pop()
            tag = node.tag or ""
            if tag == "-text":
                self._text += node.text_content or ""
            elif tag == "br":
                self._text += "\n"
            elif tag == "pre":
                yield from self._flushed()
                yield Block(node.text())
            elif tag not in _INLINE:
                yield from self._border(tag, is_left=is_left)
            if not is_left and tag not in _WHOLE:
                waiting.append((node, True))
                waiting.extend((child, False) for child in reversed(list(node.iter(include_text=True))))
        yield from self._flushed()

    def _border(self, tag: str, *, is_left: bool) -> Iterator[Block]:
        if tag == "tr":
            self._row_depth += -1 if is_left else 1
        if self._row_depth and tag != "tr":
            self._text += " | " if tag in _CELLS and is_left else " "
            return
        yield from self._flushed()
        if tag in _HEADINGS:
            self._level = 0 if is_left else _HEADINGS[tag]

    def _flushed(self) -> Iterator[Block]:
        text = "\n".join(filter(None, map(one_line, self._text.split("\n")))).removesuffix(" |")
        self._text = ""
        if text:
            yield Block(text, self._level)
