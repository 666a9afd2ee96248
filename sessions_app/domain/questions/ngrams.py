"""The features that are learnt: hashed n-grams of function words, and of what other words look like.

Words that only some subjects have teach nothing about questions in general, so all that is seen of a word outside the
vocabulary is its ending, and of a Chinese character that it is one.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence

CLAUSE_BUCKETS = 1 << 16
BORDER_BUCKETS = 1 << 15
_CLAUSE_MASK = CLAUSE_BUCKETS - 1
_BORDER_MASK = BORDER_BUCKETS - 1
_WORD_MASK = 0xFFFFFFFF
_MULTIPLIER = 0x9E3779B1
_BEGIN, _END = 0x51ED270B, 0x51ED270D
_SALTS = tuple(kind * 0x632BE5AB & 0xFFFF for kind in range(18))
_SUFFIXES = ("ing", "ed", "ly", "s")
_SHAPES = {shape: zlib.crc32(shape.encode()) for shape in ("0", "字", "_", *(f"_{suffix}" for suffix in _SUFFIXES))}


class Vocabulary:
    """Which words are seen as themselves, each with a number that is the same in every process."""

    def __init__(self, words: Iterable[str]) -> None:
        self._numbers = {word: zlib.crc32(word.encode()) for word in words}

    def numbers(self, words: Iterable[str]) -> list[int]:
        """The number of each word, or of its shape."""
        known = self._numbers.get
        return [known(word) or _SHAPES[_shape(word)] for word in words]


def _shape(word: str) -> str:
    if word[0].isdigit():
        return "0"
    if word >= "\u3400":
        return "字"
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) > len(suffix) + 2:
            return f"_{suffix}"
    return "_"


def clause_features(numbers: Sequence[int]) -> list[int]:
    """The buckets of every one to four words in a row, the edges of the clause included; each bucket once."""
    found: set[int] = set()
    add = found.add
    pair = triple = last = 0
    for number in (_BEGIN, *numbers, _END):
        four = (triple * _MULTIPLIER + number + 3) & _WORD_MASK if triple else 0
        triple = (pair * _MULTIPLIER + number + 2) & _WORD_MASK if pair else 0
        pair = (last * _MULTIPLIER + number + 1) & _WORD_MASK if last else 0
        last = number
        for value in (last, pair, triple, four):
            if value:
                add(value * _MULTIPLIER >> 13 & _CLAUSE_MASK)
    return list(found)


def border_features(numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """For each place between two words the buckets of what stands around it: four words on either side."""
    around = (*(_BEGIN,) * 4, *numbers, *(_BEGIN,) * 4)
    for place in range(1, len(numbers)):
        left4, left3, left2, left, right, right2, right3, right4 = around[place : place + 8]
        before, across, after = left2 * 3 + left, left * 3 + right, right * 3 + right2
        yield (
            left4 & _BORDER_MASK,
            left3 + _SALTS[1] & _BORDER_MASK,
            left2 + _SALTS[2] & _BORDER_MASK,
            left + _SALTS[3] & _BORDER_MASK,
            right + _SALTS[4] & _BORDER_MASK,
            right2 + _SALTS[5] & _BORDER_MASK,
            right3 + _SALTS[6] & _BORDER_MASK,
            right4 + _SALTS[7] & _BORDER_MASK,
            before + _SALTS[8] & _BORDER_MASK,
            across + _SALTS[9] & _BORDER_MASK,
            after + _SALTS[10] & _BORDER_MASK,
            left3 * 5 + before + _SALTS[11] & _BORDER_MASK,
            left2 * 5 + across + _SALTS[12] & _BORDER_MASK,
            left * 5 + after + _SALTS[13] & _BORDER_MASK,
            right * 5 + right2 * 3 + right3 + _SALTS[14] & _BORDER_MASK,
            left2 * 7 + left * 5 + after + _SALTS[15] & _BORDER_MASK,
            left3 * 3 + left2 + _SALTS[16] & _BORDER_MASK,
            right2 * 3 + right3 + _SALTS[17] & _BORDER_MASK,
        )
