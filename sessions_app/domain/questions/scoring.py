"""How likely a clause is to be a question, by the cues in it and by what was learnt of its words."""

from collections.abc import Sequence

from sessions_app.domain.questions import cues
from sessions_app.domain.questions.clauses import Clause
from sessions_app.domain.questions.learnt import Weights
from sessions_app.domain.questions.ngrams import clause_features
from sessions_app.domain.questions.rule import Hit

_LENGTHS = (1, 3, 6, 12, 20)


def clause_logit(clause: Clause, text: str, hits: Sequence[Hit], weights: Weights) -> float:
    """The log odds that a clause, of which `text` is the plain text, is a question."""
    grams, names = features(clause, text, hits)
    table, learnt = weights.clauses, weights.cues
    total = weights.clause_bias + weights.clause_scale * sum([table[at] for at in grams])
    total += sum([learnt.get(name, 0.0) for name in names])
    return weights.slope * total + weights.offset


def features(clause: Clause, text: str, hits: Sequence[Hit]) -> tuple[list[int], set[str]]:
    """The buckets of a clause without what leads up to it, and the names of its cues."""
    names = {hit.rule for hit in hits} or {"no_cue"}
    names.add(f"length_{sum(len(clause.words) > length for length in _LENGTHS)}")
    if len(names) > 3:
        names.add("several_cues")
    if cues.is_unfinished(text):
        names.add("unfinished")
    lead = cues.lead(text)
    numbers = clause.numbers
    if 0 < lead < len(text):
        names.add("lead")
        numbers = numbers[words_within(clause.words, text, lead) :]
    return clause_features(numbers), names


def words_within(words: Sequence[str], text: str, length: int) -> int:
    """How many of the words stand in the first `length` characters of their text."""
    at = 0
    for number, word in enumerate(words):
        at = text.find(word, at) + len(word)
        if at > length:
            return number
    return len(words)
