"""Turns recognised speech into the plain form that the rules read, and finds the way back to the original words."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sessions_app.domain.questions.language import HAN
from sessions_app.domain.questions.script import SIMPLIFIED
from sessions_app.domain.questions.spelling import MEANT
from sessions_app.domain.questions.windows import WINDOW_CHARACTERS

_TOKEN = re.compile(
    rf"(?P<word>\d+(?:[.,:]\d+)*|[^\W_{HAN}]+(?:['-][^\W_{HAN}]+)*|[{HAN}])"
    r"|(?P<question>[?؟])|(?P<stop>[.!](?=\s|$)|[。;…\n])|(?P<comma>[,:、])"
)
_APOSTROPHES = str.maketrans("’‘´`", "''''")
_FILLERS = frozenset(
    ["um", "umm", "uh", "uhh", "uhm", "er", "erm", "hm", "hmm", "hmmm", "mm", "mhm", "ah", "eh", *"嗯呃欸诶唔"]
)
_REPEATED_ONCE = frozenset("我你他她它这那在就")
"""The Chinese characters whose doubling is a stumble; 看看, 天天 and 谢谢 are words."""
_LONGEST_REPETITION = 4
_BROKEN_OFF = re.compile("[bcdfghjklmnpqrstvwxyz]{1,3}")
_BEFORE_BROKEN = frozenset(
    ["so", "and", "but", "or", "then", "the", "a", "to", "of", "for", "we", "you", "they", "he", "she", "it", "that"]
)
"""Behind other words a letter may be a name ("plan b bonus")."""


class Token(NamedTuple):
    """A word, a Chinese character or a punctuation mark, and where it stood in the original text."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch between full stops: `text` is what the rules read, `mark` how it ended ("?", "." or nothing)."""

    text: str
    mark: str
    tokens: tuple[Token, ...]
    offsets: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stood in the original, widened to whole words."""
        first = max(bisect_right(self.offsets, start) - 1, 0)
        last = max(bisect_left(self.offsets, end) - 1, first)
        return self.tokens[first].start, self.tokens[last].end


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text without fillers and stumbles; without punctuation the whole text is one."""
    found: list[Sentence] = []
    pending: list[Token] = []
    for kind, token in _tokens(text):
        if kind in ("word", "comma"):
            if token.word not in _FILLERS:
                pending.append(token)
        elif pending:
            found.append(_sentence(pending, "?" if kind == "question" else "."))
            pending = []
    if pending:
        found.append(_sentence(pending, ""))
    return found


def _tokens(text: str) -> Iterator[tuple[str, Token]]:
    plain, origin = _plain(text)
    for match in _TOKEN.finditer(plain):
        kind = str(match.lastgroup)
        word = "," if kind == "comma" else MEANT.get(match.group(), match.group())
        yield kind, Token(word, origin[match.start()], origin[match.end() - 1] + 1)


def _plain(text: str) -> tuple[str, list[int] | range]:
    """Compatibility forms, case and script folded, with the original position of every character.

    A single character may fold to many; no more of them than a window holds are left, those at the end.
    """
    lowered = text.lower()
    if unicodedata.is_normalized("NFKC", text) and len(lowered) == len(text):
        return _unify(lowered), range(len(text))
    folded = [unicodedata.normalize("NFKC", character).lower() for character in text]
    origin = [position for position, piece in enumerate(folded) for _ in piece]
    return _unify("".join(folded)[-WINDOW_CHARACTERS:]), origin[-WINDOW_CHARACTERS:]


def _unify(text: str) -> str:
    return text if text.isascii() else text.translate(_APOSTROPHES).translate(SIMPLIFIED)


def _sentence(tokens: list[Token], mark: str) -> Sentence:
    kept = _without_stumbles(tokens)
    pieces: list[str] = []
    offsets: list[int] = []
    length = 0
    follows_chinese = True
    for token in kept:
        chinese = is_chinese(token.word)
        if pieces and not (chinese and follows_chinese):
            pieces.append(" ")
            length += 1
        follows_chinese = chinese
        offsets.append(length)
        pieces.append(token.word)
        length += len(token.word)
    return Sentence("".join(pieces), mark, tuple(kept), tuple(offsets))


def _without_stumbles(tokens: list[Token]) -> list[Token]:
    """Immediate repetitions of up to four words said once, and words that were broken off and then said.

    "can you can you tell me" is "can you tell me", and "sh should we" is "should we".
    """
    kept: list[Token] = []
    words: list[str] = []
    for token in tokens:
        if _is_broken_off(words, token):
            del kept[-1], words[-1]
        kept.append(token)
        words.append(token.word)
        if token.word not in words[-1 - _LONGEST_REPETITION : -1]:
            continue
        for size in range(min(_LONGEST_REPETITION, len(words) // 2), 0, -1):
            if words[-1] != words[-1 - size] or (size == 1 and not _is_stumble(token)):
                continue
            if words[-size:] == words[-2 * size : -size]:
                del kept[-2 * size : -size], words[-2 * size : -size]
                break
    return kept


def _is_broken_off(words: list[str], token: Token) -> bool:
    """Whether the last of the words is the beginning of what is said in full by the token."""
    if not words or not _BROKEN_OFF.fullmatch(words[-1]) or (len(words) > 1 and words[-2] not in _BEFORE_BROKEN):
        return False
    return token.word.startswith(words[-1]) and token.word != words[-1]


def _is_stumble(token: Token) -> bool:
    return not is_chinese(token.word) or token.word in _REPEATED_ONCE


def is_chinese(character: str) -> bool:
    return character >= "\u3400"
