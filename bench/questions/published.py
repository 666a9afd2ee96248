"""Labelled speech as it was published, with punctuation: where clauses end, and what a sentence is by itself."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from corpora import Row, join, turns
from regression import Examples, matrix

from sessions_app.domain.questions.ngrams import BORDER_BUCKETS, Vocabulary, border_features
from sessions_app.domain.questions.normalise import Sentence, is_chinese, sentences

_LEAST_PER_MILLION = 20
_TURN_SENTENCES = 4
Corpora = Mapping[str, Sequence[Row]]


def _plain(sentence: Sentence) -> list[str]:
    """The words of a sentence as speech has them: without punctuation."""
    return [word for token in sentence.tokens if token.word != "," for word in token.word.split()]


def _published(row: Row) -> list[Sentence]:
    """The sentences of a row as it was published, punctuation and all."""
    return sentences(row.punct.replace("-", " "))


def vocabulary(corpora: Corpora, limit: int) -> list[str]:
    """The words that at least two corpora have often."""
    rates = []
    for rows in corpora.values():
        counts = Counter(word for row in rows for sentence in _published(row) for word in _plain(sentence))
        million = sum(counts.values()) / 1e6
        rates.append({word: count / million for word, count in counts.items()})
    second = {word: sorted((each.get(word, 0.0) for each in rates), reverse=True)[1] for word in set().union(*rates)}
    shared = [word for word, rate in second.items() if rate >= _LEAST_PER_MILLION and not word[0].isdigit()]
    return sorted(shared, key=lambda word: (-second[word], word))[:limit]


def borders(rows: Sequence[Row], known: Vocabulary) -> Examples:
    """What stands around each place between two words, and whether a sentence ends there; in Chinese also a comma."""
    found: list[tuple[int, ...]] = []
    labels: list[bool] = []
    for turn in turns(rows, _TURN_SENTENCES):
        words, ends, unclear = _stream(turn)
        numbers = known.numbers(words)
        for place, buckets in enumerate(border_features(numbers), 1):
            if place not in unclear:
                found.append(buckets)
                labels.append(place in ends)
    return Examples(matrix(found, BORDER_BUCKETS), np.array(labels), np.full(len(labels), 1 / len(labels)))


def _stream(turn: Iterable[Row]) -> tuple[list[str], set[int], set[int]]:
    """The words of a turn, before which of them something ends, and before which it may or may not."""
    words: list[str] = []
    ends: set[int] = set()
    unclear: set[int] = set()
    for row in turn:
        for sentence in _published(row):
            for token in sentence.tokens:
                if token.word != ",":
                    words += token.word.split()
                elif words:
                    (ends if is_chinese(words[-1]) else unclear).add(len(words))
            ends.add(len(words))
        if row.label is None:
            unclear.add(len(words))
    return words, ends - unclear, unclear


def alone(rows: Iterable[Row]) -> Iterator[Row]:
    """Each sentence of the rows by itself, a question if it was published with a question mark."""
    for row in rows:
        for sentence in _published(row) if row.label is not None else ():
            yield replace(row, text=join(_plain(sentence)), label=int(sentence.mark == "?"), goes_on=False)
