"""Where a sentence falls into clauses: a question is found in its own clause, not in all that was said around it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sessions_app.domain.questions.learnt import Weights
from sessions_app.domain.questions.ngrams import border_features
from sessions_app.domain.questions.normalise import Sentence, is_chinese

SHORT = {"en": 12, "zh": 20}
"""Up to so many words or Chinese characters are one clause."""
BORDER_LOGIT = 1.0
"""How sure a border has to be: a question that is cut in two is lost, one with other words around it mostly found."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence: its words, where they stand in the sentence's text, and what the weights know them by."""

    words: tuple[str, ...]
    numbers: tuple[int, ...]
    start: int
    end: int


def clauses(sentence: Sentence, weights: Weights, short: int) -> Iterator[Clause]:
    """The clauses of a sentence in their order; commas are borders in Chinese."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    commas: set[int] = set()
    for token, offset in zip(sentence.tokens, sentence.offsets, strict=True):
        if token.word == ",":
            commas.add(len(words))
            continue
        for word in token.word.split():
            words.append(word)
            spans.append((offset, offset + len(token.word)))
    numbers = weights.vocabulary.numbers(words)
    first = 0
    for place in (*_borders(words, numbers, commas, weights, short), len(words)):
        if place > first:
            yield Clause(tuple(words[first:place]), tuple(numbers[first:place]), spans[first][0], spans[place - 1][1])
            first = place


def _borders(words: list[str], numbers: list[int], commas: set[int], weights: Weights, short: int) -> Iterator[int]:
    begun = 0
    for place in range(1, len(words)):
        if (place in commas and is_chinese(words[place - 1]) and place - begun > 1) or (
            len(words) > short and border_logit(numbers, place, weights) > BORDER_LOGIT
        ):
            begun = place
            yield place


def border_logit(numbers: list[int], place: int, weights: Weights) -> float:
    """The log odds that a clause ends before word `place`."""
    borders = weights.borders
    return weights.border_bias + weights.border_scale * sum([borders[at] for at in border_features(numbers, place)])
