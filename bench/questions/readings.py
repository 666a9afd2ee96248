"""Labelled speech as the detector reads it: what else it may be read as is learnt along."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from corpora import Row
from regression import Examples, matrix

from sessions_app.domain.questions.learnt import Weights
from sessions_app.domain.questions.ngrams import CLAUSE_BUCKETS
from sessions_app.domain.questions.normalise import sentences
from sessions_app.domain.questions.scoring import MEASURES, readings

MOST_NAMES = 512
_RULES_DOUBT = 0.75
"""By so much of its doubt about a border the rules trust what begins or ends there less."""


@dataclass(frozen=True)
class Texts:
    """Texts with all that each may be read as.

    `features` has a row for each reading, `owners` the number of its text; `by_rules` what the rules think of it.
    `labels` tell of each text whether it is a question.
    """

    features: sp.csr_matrix
    owners: np.ndarray
    by_rules: np.ndarray
    labels: np.ndarray

    def likeliest(self, scores: np.ndarray) -> np.ndarray:
        """The reading of each text with the highest score."""
        order = np.lexsort((-scores, self.owners))
        owners = self.owners[order]
        return order[np.r_[True, owners[1:] != owners[:-1]]]

    def examples(self, scores: np.ndarray, share: float) -> Examples:
        """Each text as what it is likeliest to be read as; together they count as `share` of a corpus."""
        chosen = self.likeliest(scores)
        labels = self.labels[self.owners[chosen]]
        return Examples(self.features[chosen], labels, np.full(len(chosen), share / len(chosen)))


def questions(rows: Iterable[Row], weights: Weights, names: dict[str, int]) -> Texts:
    """What the rows may be read as where clauses end as `weights` know, and whether they are questions.

    `names` holds the column of each cue and measure, and is filled.
    """
    columns: list[list[int]] = []
    values: list[list[float]] = []
    owners: list[int] = []
    by_rules: list[float] = []
    labels: list[bool] = []
    for row in rows:
        found = (
            []
            if row.label is None
            else [way for sentence in sentences(row.text) for ways in readings(sentence, weights) for way in ways]
        )
        for reading in found:
            named = {**dict.fromkeys(sorted(reading.names), 1.0), **dict(zip(MEASURES, reading.measures, strict=True))}
            columns.append([*reading.buckets, *(CLAUSE_BUCKETS + names.setdefault(name, len(names)) for name in named)])
            values.append([*[1.0] * len(reading.buckets), *named.values()])
            owners.append(len(labels))
            trust, before, after = reading.measures
            by_rules.append(trust - _RULES_DOUBT * (before + after))
        if found:
            labels.append(bool(row.label))
    features = matrix(columns, CLAUSE_BUCKETS + MOST_NAMES, values)
    return Texts(features, np.array(owners), np.array(by_rules), np.array(labels))
