"""What a question asks for, as weighted search terms."""

import re
from collections.abc import Sequence

from knowledge_app.analysis import terms

CONTEXT_WEIGHT = 0.5
CONTEXT_FINALS = 3
FEW_WORDS = 2

_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|they|them|their|these|those|one|ones|he|him|his|she|her)\b|[它他她牠这這那]|前者|后者|後者",
    re.IGNORECASE,
)


def weighted_terms(question: str, context: Sequence[str] = ()) -> dict[str, float]:
    """The terms of `question`, each with weight 1.

    A question that says little by itself and points back ("how does it differ from that") also gets, at
    `CONTEXT_WEIGHT`, the terms of the last finals in `context`, which is ordered oldest first.
    """
    weights = dict.fromkeys(terms(question), 1.0)
    if not weights or (_word_count(weights) <= FEW_WORDS and _POINTS_BACK.search(question)):
        for final in reversed(context[-CONTEXT_FINALS:]):
            for term in terms(final):
                weights.setdefault(term, CONTEXT_WEIGHT)
    return weights


def _word_count(found: dict[str, float]) -> int:
    """Chinese gives a term for every character and pair; a word has about two characters."""
    singles = sum(1 for term in found if len(term) == 1 and not term.isascii())
    return singles // 2 + sum(1 for term in found if term.isascii())
