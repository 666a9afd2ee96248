"""Laid-out lines back to paragraphs."""

import re
from collections.abc import Iterable, Iterator

_WIDE = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U000323af]"
_BREAK_IN_CHINESE = re.compile(f"(?<={_WIDE})\n(?={_WIDE})")
_WIDE_CHARACTER = re.compile(_WIDE)
_SENTENCE_END = re.compile(r"[.!?:;。！？：；…][\"'”’」』）)]*$")
_LIST_ITEM = re.compile(r"(?:[-*•·▪–]|\(?\d{1,3}[.)、]|[(（]?[一二三四五六七八九十]{1,3}[)）、])\s?\S")

MIN_FULL_COLUMNS = 30
FULL_SHARE = 0.75


def columns(text: str) -> int:
    """The width of `text` on a page, a Chinese character counting as two."""
    return len(text) + len(_WIDE_CHARACTER.findall(text))


def joined(lines: Iterable[str]) -> str:
    """The lines as one, with no space between Chinese characters."""
    return _BREAK_IN_CHINESE.sub("", "\n".join(lines)).replace("\n", " ")


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of text that may be wrapped to a width.

    A line goes on in the next one where it fills the width of its surroundings and ends no sentence.
    """
    for piece in re.split(r"\n\s*\n", "\n".join(text.splitlines())):
        lines = [line.strip() for line in piece.split("\n") if line.strip()]
        full = max(MIN_FULL_COLUMNS, FULL_SHARE * max(map(columns, lines), default=0))
        run: list[str] = []
        for line in lines:
            if run and (_LIST_ITEM.match(line) or columns(run[-1]) < full or _SENTENCE_END.search(run[-1])):
                yield joined(run)
                run = []
            run.append(line)
        if run:
            yield joined(run)
