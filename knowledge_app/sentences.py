"""Sentence borders, in Chinese and in alphabetic scripts alike."""

import re
from collections.abc import Iterator

import sentencex

_AFTER_CHINESE_STOP = re.compile("(?<=[。！？])(?![。！？”’」』）)])")


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
