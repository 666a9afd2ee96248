"""Logistic regressions over hashed and named features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression


@dataclass(frozen=True)
class Plan:
    """How a regression is learnt: `strength` is the inverse of the regularisation.

    The rows of a corpus weigh as much as so many `examples`. `gram_value` is what an n-gram counts where a cue counts
    1: cues hold for speech of every kind, n-grams more for what they were learnt from. `trust` is added to what was
    learnt of the surest cue: where nothing is known of the words, it has to do.
    """

    buckets: int
    strength: float
    examples: float
    gram_value: float = 1.0
    trust: float = 0.0


@dataclass(frozen=True)
class Regression:
    """Weights and bias; the weights of `names` stand after those of the buckets."""

    buckets: np.ndarray
    bias: float
    names: dict[str, float]


@dataclass(frozen=True)
class Examples:
    """Rows of features with their labels; what each weighs, where the rows of a corpus weigh 1."""

    features: sp.csr_matrix
    labels: np.ndarray
    shares: np.ndarray


def matrix(
    columns: Sequence[Sequence[int]], width: int, values: Sequence[Sequence[float]] | None = None
) -> sp.csr_matrix:
    """A row for each list of columns, with 1 in each of them or the values given."""
    pointers = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((column for row in columns for column in row), np.int32, pointers[-1])
    data = (
        np.ones(len(flat)) if values is None else np.fromiter((v for row in values for v in row), float, pointers[-1])
    )
    found = sp.csr_matrix((data, flat, pointers), shape=(len(columns), width))
    found.sum_duplicates()
    return found


def fit(parts: Sequence[Examples], names: Mapping[str, int], plan: Plan) -> Regression:
    """A logistic regression; `names` holds the columns that follow those of the buckets."""
    model = LogisticRegression(C=plan.strength, max_iter=1000, tol=1e-4)
    named = parts[0].features.shape[1] - plan.buckets
    values = sp.diags(np.r_[np.full(plan.buckets, plan.gram_value), np.ones(named)])
    model.fit(
        sp.vstack([part.features for part in parts]).tocsr() @ values,
        np.concatenate([part.labels for part in parts]),
        sample_weight=plan.examples * np.concatenate([part.shares for part in parts]),
    )
    learnt = values @ model.coef_[0]
    by_name = {name: float(learnt[plan.buckets + column]) for name, column in sorted(names.items())}
    return Regression(learnt[: plan.buckets], float(model.intercept_[0]), by_name)


def scores(regression: Regression, features: sp.csr_matrix, names: Mapping[str, int]) -> np.ndarray:
    """The log odds of each row."""
    buckets = len(regression.buckets)
    learnt = np.zeros(features.shape[1])
    learnt[:buckets] = regression.buckets
    for name, column in names.items():
        learnt[buckets + column] = regression.names[name]
    return features @ learnt + regression.bias


def quantised(learnt: np.ndarray) -> tuple[bytes, float]:
    """Weights as signed bytes, and what one of their units is worth."""
    scale = round(float(np.abs(learnt).max()) / 127, 6)
    return np.clip(np.rint(learnt / scale), -127, 127).astype(np.int8).tobytes(), scale
