"""Markdown: CommonMark with tables; a YAML head gives the title."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge_app.parsing import html
from knowledge_app.parsing.document import Block, ParsedDocument, parsed
from knowledge_app.parsing.encodings import decode
from knowledge_app.parsing.lines import joined

_HEAD = re.compile(r"\A---[ \t]*\r?\n(?P<fields>.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^title:[ \t]*(?P<quote>[\"']?)(?P<title>.*?)(?P=quote)[ \t]*$", re.MULTILINE)
_markdown = MarkdownIt("commonmark").enable("table")


def parse(content: bytes) -> ParsedDocument:
    text = decode(content, "a Markdown file")
    title = ""
    if head := _HEAD.match(text):
        text = text[head.end() :]
        if named := _TITLE.search(head["fields"]):
            title = named["title"]
    return parsed(title, _blocks(_markdown.parse(text)))


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    level = 0
    row: list[str] | None = None
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "tr_open":
                row = []
            case "tr_close":
                yield Block(" | ".join(row or ()))
                row = None
            case "inline" if row is not None:
                row.append(_text(token))
            case "inline":
                yield Block(_text(token), level)
            case "fence" | "code_block":
                yield Block(token.content)
            case "html_block":
                yield from html.blocks(token.content)


def _text(inline: Token) -> str:
    """What a reader sees of a line: no marks, no addresses, no tags."""
    pieces: list[str] = []
    for token in inline.children or ():
        match token.type:
            case "softbreak" | "hardbreak":
                pieces.append("\n")
            case "text" | "code_inline" | "image":
                pieces.append(token.content)
    return joined("".join(pieces).split("\n"))
