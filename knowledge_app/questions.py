"""What a question asks for, as weighted search terms."""

import re
from collections.abc import Collection, Sequence

from knowledge_app.analysis import terms

CONTEXT_WEIGHT = 0.5
CONTEXT_FINALS = 3
FEW_WORDS = 2

_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|one|ones|he|him|his|she|her)\b"
    r"|\b(?:this|that|these|those)\b(?=\W*$|\s+(?:is|are|was|were|do|does|did|mean|means|work|works)\b)"
    r"|[它他她牠]|前者|后者|後者|[这這那](?:[个個些样樣]|种|種)?(?=$|[是有怎如能会會要可和跟与與比的呢吗嗎，])",
    re.IGNORECASE,
)
"""Words that stand for something said before; "this service" and "这个服务" say themselves what they mean."""


def weighted_terms(question: str, context: Sequence[str] = ()) -> dict[str, float]:
    """The terms of `question`, each with weight 1.

    A question that says little by itself and points back ("how does it differ from that") also gets, at
    `CONTEXT_WEIGHT`, the terms of the last finals in `context`, which is ordered oldest first.
    """
    weights = dict.fromkeys(terms(question), 1.0)
    if _leans_on_context(question, weights):
        for final in reversed(context[-CONTEXT_FINALS:]):
            for term in terms(final):
                weights.setdefault(term, CONTEXT_WEIGHT)
    return weights


def leans_on_context(question: str) -> bool:
    """Whether `question` says little by itself, so that what was said before is needed to understand it."""
    return _leans_on_context(question, set(terms(question)))


def _leans_on_context(question: str, found: Collection[str]) -> bool:
    return not found or (_word_count(found) <= FEW_WORDS and bool(_POINTS_BACK.search(question)))


def _word_count(found: Collection[str]) -> int:
    """Chinese gives a term for every character and pair; a word has about two characters."""
    singles = sum(1 for term in found if len(term) == 1 and not term.isascii())
    return singles // 2 + sum(1 for term in found if term.isascii())
