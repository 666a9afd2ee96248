"""Turns recognised speech into the plain form that the rules read, and finds the way back to the original words."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from sessions_app.domain.questions.language import HAN

_TOKEN = re.compile(
    rf"(?P<word>\d+(?:[.,:]\d+)*|[^\W_{HAN}]+(?:['-][^\W_{HAN}]+)*|[{HAN}])"
    r"|(?P<question>[?؟])|(?P<stop>[.!](?=\s|$)|[。;…\n])|(?P<comma>[,:、])"
)
_SIMPLIFIED = str.maketrans(
    "嗎麼麽誰幾為樣還沒會對個請問這裡裏時間點過甚紹說講訴給幫該應難聽願開區別種類簡單覺從與數號錢遠關於後",
    "吗么么谁几为样还没会对个请问这里里时间点过什绍说讲诉给帮该应难听愿开区别种类简单觉从与数号钱远关于后",
)
_APOSTROPHES = str.maketrans("’‘`´", "''''")
_FILLER = re.compile(r"u+m+|u+h+m*|e+r+m*|h*m+|mhm|ah|eh|[嗯呃欸诶唔]")
_REPEATED_ONCE = frozenset("我你他她它这那在就")
"""The Chinese characters whose doubling is a stumble; 看看, 天天 and 谢谢 are words."""
_LONGEST_REPETITION = 4


@dataclass(frozen=True, slots=True)
class Token:
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
            if not _FILLER.fullmatch(token.word):
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
        word = "," if kind == "comma" else match.group()
        yield kind, Token(word, origin[match.start()], origin[match.end() - 1] + 1)


def _plain(text: str) -> tuple[str, list[int] | range]:
    """Compatibility forms, case and script folded, with the original position of every character."""
    if text.isascii():
        return text.lower(), range(len(text))
    folded = [unicodedata.normalize("NFKC", character).lower() for character in text]
    origin = [position for position, piece in enumerate(folded) for _ in piece]
    return "".join(folded).translate(_APOSTROPHES).translate(_SIMPLIFIED), origin


def _sentence(tokens: list[Token], mark: str) -> Sentence:
    kept = _without_stumbles(tokens)
    pieces: list[str] = []
    offsets: list[int] = []
    length = 0
    for position, token in enumerate(kept):
        if position and not (is_chinese(token.word) and is_chinese(kept[position - 1].word)):
            pieces.append(" ")
            length += 1
        offsets.append(length)
        pieces.append(token.word)
        length += len(token.word)
    return Sentence("".join(pieces), mark, tuple(kept), tuple(offsets))


def _without_stumbles(tokens: list[Token]) -> list[Token]:
    """Immediate repetitions of up to four words said once: "can you can you tell me" is "can you tell me"."""
    kept: list[Token] = []
    words: list[str] = []
    for token in tokens:
        kept.append(token)
        words.append(token.word)
        for size in range(_LONGEST_REPETITION, 0, -1):
            if words[-size:] == words[-2 * size : -size] and (size > 1 or _is_stumble(token)):
                del kept[-2 * size : -size], words[-2 * size : -size]
                break
    return kept


def _is_stumble(token: Token) -> bool:
    return not is_chinese(token.word) or token.word in _REPEATED_ONCE


def is_chinese(character: str) -> bool:
    return character >= "\u3400"
