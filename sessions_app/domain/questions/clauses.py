"""Where a sentence falls into clauses: a question is found in its own clause, not in all that was said around it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sessions_app.domain.questions.learnt import Weights
from sessions_app.domain.questions.ngrams import border_features
from sessions_app.domain.questions.normalise import Sentence, is_chinese

SHORT = {"en": 4, "zh": 7}
"""Up to so many words or Chinese characters are one clause."""
WHOLE = {"en": 12, "zh": 20}
"""Up to so many words are looked at as a whole, too, however sure the borders in them are."""
SURE = 2.0
"""From these log odds on there is a border: a question that is cut in two is lost."""
POSSIBLE = -1.5
"""From these log odds on there may be one: both readings are tried."""
MOST_TRIED = 2
"""How many of the possible borders in a clause are tried."""
MOST_CUED = 4
"""How many of the places where cues start are tried, the last ones."""
JOINTS = frozenset(["and", "so", "but", "or", "then", "because", "now"])
EDGE = 9.0
"""The log odds of a border where the sentence begins and ends."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Words in a row that may be a clause, and how sure the borders around them are, as log odds.

    `start` and `end` say where they stand in the sentence's text; `numbers` is what the weights know the words by.
    """

    words: Sequence[str]
    numbers: Sequence[int]
    start: int
    end: int
    left: float = EDGE
    right: float = EDGE


class Clauses:
    """A sentence cut at its borders."""

    def __init__(self, sentence: Sentence, weights: Weights) -> None:
        self.words: list[str] = []
        self._spans: list[tuple[int, int]] = []
        commas: set[int] = set()
        for token, offset in zip(sentence.tokens, sentence.offsets, strict=True):
            if token.word == ",":
                commas.add(len(self.words))
                continue
            for word in token.word.split():
                self.words.append(word)
                self._spans.append((offset, offset + len(token.word)))
        self._numbers = weights.vocabulary.numbers(self.words)
        self._sure = SURE if len(self.words) > WHOLE[weights.language] else EDGE - 1
        is_short = len(self.words) <= SHORT[weights.language]
        self._learnt = border_logits(self._numbers, weights)
        inner = [-EDGE] * (len(self.words) - 1) if is_short else self._learnt
        self._logits = [EDGE, *inner, EDGE]
        for place in commas:
            if 0 < place < len(self.words) and is_chinese(self.words[place - 1]):
                self._logits[place] = EDGE

    def border_before(self, offset: int) -> float:
        """The log odds that a clause ends before the word at that place in the sentence's text, not the first one."""
        return self._learnt[bisect_left(self._spans, (offset, 0)) - 1]

    def sure(self) -> Iterator[Clause]:
        """The clauses between sure borders."""
        first = 0
        for place in range(1, len(self.words) + 1):
            if self._logits[place] > self._sure:
                yield self._clause(first, place)
                first = place

    def parts(self, clause: Clause, starts: Sequence[int]) -> Iterator[Clause]:
        """What else the clause may fall into: at possible borders, and at places in the text where a cue starts."""
        first = bisect_left(self._spans, (clause.start, 0))
        last = first + len(clause.words)
        inner = range(first + 1, last)
        likely = sorted(inner, key=lambda place: -self._logits[place])[:MOST_TRIED]
        possible = {place for place in likely if self._logits[place] > POSSIBLE}
        for place in sorted(possible):
            yield self._clause(first, place)
        if len(possible) > 1:
            yield self._clause(min(possible), max(possible))
        latest = sorted(set(starts))[-MOST_CUED:]
        cued = {self._before_joint(bisect_left(self._spans, (start, 0)), first) for start in latest}
        for place in sorted(possible | cued - {first, last}):
            yield self._clause(place, last)
            ends = [end for end in possible if end > place + 1]
            if place not in possible and ends:
                yield self._clause(place, min(ends))

    def _before_joint(self, place: int, first: int) -> int:
        """The same place, or the one before the words there that join a clause to the last one ("and how")."""
        while place > first and self.words[place - 1] in JOINTS:
            place -= 1
        return place

    def _clause(self, first: int, last: int) -> Clause:
        return Clause(
            self.words[first:last],
            self._numbers[first:last],
            self._spans[first][0],
            self._spans[last - 1][1],
            self._logits[first],
            self._logits[last],
        )


def border_logits(numbers: Sequence[int], weights: Weights) -> list[float]:
    """The log odds that a clause ends, for each place between two words."""
    borders, bias, scale = weights.borders, weights.border_bias, weights.border_scale
    return [bias + scale * sum([borders[bucket] for bucket in buckets]) for buckets in border_features(numbers)]
