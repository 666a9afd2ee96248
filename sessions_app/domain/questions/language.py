"""Which of the two languages a text is in, by the share of Chinese characters."""

import re
from typing import Literal

Language = Literal["zh", "en"]

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""The body of a character class: every Chinese character."""

_HAN_CHARACTER = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")


def language_of(text: str) -> Language:
    """The main language of a text: Chinese from as many Chinese characters as Latin words on, English otherwise."""
    characters, words = _counts(text)
    return "zh" if characters and characters >= words else "en"


def languages_in(text: str) -> tuple[Language, ...]:
    """The languages whose rules apply: both for mixed text, the English ones alone for text in neither."""
    if text.isascii() or not _HAN_CHARACTER.search(text):
        return ("en",)
    return ("zh", "en") if _LATIN_WORD.search(text) else ("zh",)


def _counts(text: str) -> tuple[int, int]:
    return len(_HAN_CHARACTER.findall(text)), len(_LATIN_WORD.findall(text))
