"""Turns labelled speech into the weights of the two regressions of a language."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from corpora import Row, turns
from sklearn.linear_model import LogisticRegression

from sessions_app.domain.questions import cues
from sessions_app.domain.questions.clauses import Clause
from sessions_app.domain.questions.ngrams import BORDER_BUCKETS, CLAUSE_BUCKETS, Vocabulary, border_features
from sessions_app.domain.questions.normalise import Sentence, is_chinese, sentences
from sessions_app.domain.questions.scoring import Reading, read

VOCABULARY_WORDS = {"en": 400, "zh": 500}
LEAST_PER_MILLION = 20
TURN_SENTENCES = 4
Corpora = Mapping[str, Sequence[Row]]
Found = Counter[tuple[tuple[int, ...], bool]]


@dataclass(frozen=True)
class Plan:
    """How a regression is learnt: `strength` is the inverse of the regularisation.

    Every corpus weighs as much as so many `examples`. `gram_value` is what an n-gram counts where a cue counts 1: cues
    hold for speech of every kind, n-grams more for what they were learnt from.
    """

    buckets: int
    strength: float
    examples: float
    gram_value: float = 1.0


@dataclass(frozen=True)
class Regression:
    """Weights and bias; the weights of `names` stand after those of the buckets."""

    buckets: np.ndarray
    bias: float
    names: dict[str, float]


@dataclass(frozen=True)
class Examples:
    """Rows of features with their labels, and how often each occurs."""

    features: sp.csr_matrix
    labels: np.ndarray
    counts: np.ndarray


def plain(sentence: Sentence) -> list[str]:
    """The words of a sentence as speech has them: without punctuation."""
    return [word for token in sentence.tokens if token.word != "," for word in token.word.split()]


def published(row: Row) -> list[Sentence]:
    """The sentences of a row as it was published, punctuation and all."""
    return sentences(row.punct.replace("-", " "))


def vocabulary(corpora: Corpora, limit: int) -> list[str]:
    """The words that at least two corpora have often."""
    rates = []
    for rows in corpora.values():
        counts = Counter(word for row in rows for sentence in published(row) for word in plain(sentence))
        million = sum(counts.values()) / 1e6
        rates.append({word: count / million for word, count in counts.items()})
    second = {word: sorted((each.get(word, 0.0) for each in rates), reverse=True)[1] for word in set().union(*rates)}
    shared = [word for word, rate in second.items() if rate >= LEAST_PER_MILLION and not word[0].isdigit()]
    return sorted(shared, key=lambda word: (-second[word], word))[:limit]


def borders(rows: Sequence[Row], known: Vocabulary) -> Examples:
    """What stands around each place between two words, and whether a sentence ends there; in Chinese also a comma."""
    found: list[tuple[int, ...]] = []
    labels: list[bool] = []
    for turn in turns(rows, TURN_SENTENCES):
        words, ends, unclear = _stream(turn)
        numbers = known.numbers(words)
        for place, buckets in enumerate(border_features(numbers), 1):
            if place not in unclear:
                found.append(buckets)
                labels.append(place in ends)
    return Examples(_matrix(found, BORDER_BUCKETS), np.array(labels), np.ones(len(labels)))


def _stream(turn: Iterable[Row]) -> tuple[list[str], set[int], set[int]]:
    """The words of a turn, before which of them something ends, and before which it may or may not."""
    words: list[str] = []
    ends: set[int] = set()
    unclear: set[int] = set()
    for row in turn:
        for sentence in published(row):
            for token in sentence.tokens:
                if token.word != ",":
                    words += token.word.split()
                elif words:
                    (ends if is_chinese(words[-1]) else unclear).add(len(words))
            ends.add(len(words))
        if row.label is None:
            unclear.add(len(words))
    return words, ends - unclear, unclear


def questions(rows: Sequence[Row], known: Vocabulary, names: dict[str, int]) -> Examples:
    """The features of each sentence by itself, and whether it was published with a question mark.

    `names` holds the column of each cue, and is filled.
    """
    counts: Counter[tuple[tuple[str, ...], bool]] = Counter()
    for row in rows:
        if row.label is not None:
            counts.update((tuple(plain(sentence)), sentence.mark == "?") for sentence in published(row))
    found: Found = Counter()
    for (words, label), count in sorted(counts.items()):
        text = joined_words(words)
        if words and not (cues.is_backchannel(text) or cues.is_small_talk(text)):
            clause = Clause(words, known.numbers(words), 0, len(text))
            found[_columns(read(clause, text), names), label] += count
    return _examples(found)


def _columns(reading: Reading, names: dict[str, int]) -> tuple[int, ...]:
    cue_columns = (CLAUSE_BUCKETS + names.setdefault(name, len(names)) for name in sorted(reading.names))
    return (*sorted(reading.buckets), *cue_columns)


def _examples(found: Found) -> Examples:
    rows = sorted(found)
    return Examples(
        _matrix([columns for columns, _ in rows], CLAUSE_BUCKETS + 128),
        np.array([label for _, label in rows]),
        np.array([found[row] for row in rows], float),
    )


def joined_words(words: Sequence[str]) -> str:
    """Words as the text of a sentence has them."""
    text = ""
    follows_chinese = True
    for word in words:
        separator = "" if not text or (follows_chinese and is_chinese(word)) else " "
        text += separator + word
        follows_chinese = is_chinese(word)
    return text


def _matrix(rows: Sequence[Sequence[int]], width: int) -> sp.csr_matrix:
    pointers = np.cumsum([0, *map(len, rows)])
    columns = np.array([column for row in rows for column in row], np.int32)
    matrix = sp.csr_matrix((np.ones(len(columns)), columns, pointers), shape=(len(rows), width))
    matrix.sum_duplicates()
    return matrix


def fit(parts: Sequence[Examples], names: Mapping[str, int], plan: Plan) -> Regression:
    """A logistic regression in which every corpus weighs the same."""
    model = LogisticRegression(C=plan.strength, max_iter=1000, tol=1e-4)
    named = parts[0].features.shape[1] - plan.buckets
    values = sp.diags(np.r_[np.full(plan.buckets, plan.gram_value), np.ones(named)])
    model.fit(
        sp.vstack([part.features for part in parts]).tocsr() @ values,
        np.concatenate([part.labels for part in parts]),
        sample_weight=np.concatenate([part.counts * plan.examples / part.counts.sum() for part in parts]),
    )
    learnt = values @ model.coef_[0]
    by_name = {name: float(learnt[plan.buckets + column]) for name, column in sorted(names.items())}
    return Regression(learnt[: plan.buckets], float(model.intercept_[0]), by_name)


def scores(regression: Regression, examples: Examples, names: Mapping[str, int]) -> np.ndarray:
    """The log odds of each example."""
    buckets = len(regression.buckets)
    learnt = np.zeros(examples.features.shape[1])
    learnt[:buckets] = regression.buckets
    for name, column in names.items():
        learnt[buckets + column] = regression.names[name]
    return examples.features @ learnt + regression.bias


def quantised(learnt: np.ndarray) -> tuple[bytes, float]:
    """Weights as signed bytes, and what one of their units is worth."""
    scale = round(float(np.abs(learnt).max()) / 127, 6)
    return np.clip(np.rint(learnt / scale), -127, 127).astype(np.int8).tobytes(), scale
