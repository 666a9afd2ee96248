"""Sentence borders, in Chinese and in alphabetic scripts alike."""

import re
from collections.abc import Iterator

import sentencex

LABEL_CHARS = 40

_AFTER_CHINESE_STOP = re.compile("(?<=[。！？])(?![。！？”’」』）)])")

_CLOSED = re.compile(r"[.!?;。！？；…][\"'”’」』）)]*$")
_HOLDS_FACTS = re.compile(r"[\d:：|]")


def sentences(line: str, language: str) -> Iterator[str]:
    """The sentences of a line, with the space after them.

    The library wants a capital or a Chinese character after a stop; after a Chinese stop anything may begin one.
    """
    for part in _AFTER_CHINESE_STOP.split(line):
        yield from sentencex.segment(language, part)


def split_sentences(text: str, language: str) -> list[str]:
    """The sentences of `text` in order, trimmed. A line break ends one too, so that list items stand alone."""
    pieces = (piece.strip() for line in text.splitlines() for piece in sentences(line, language))
    return [piece for piece in pieces if piece]


def is_closed(sentence: str) -> bool:
    """Whether closing punctuation ends it."""
    return bool(_CLOSED.search(sentence))


def is_label(sentence: str) -> bool:
    """Whether it is a short line that reads like a title: not closed, without figures, cells or a "name: value"."""
    return len(sentence) < LABEL_CHARS and not is_closed(sentence) and not _HOLDS_FACTS.search(sentence)
