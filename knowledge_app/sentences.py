"""Sentence borders, in Chinese and in alphabetic scripts alike."""

import sentencex


def split_sentences(text: str, language: str) -> list[str]:
    """The sentences of `text` in order, trimmed. A line break ends one too, so that list items stand alone."""
    pieces = (piece.strip() for line in text.splitlines() for piece in sentencex.segment(language, line))
    return [piece for piece in pieces if piece]
