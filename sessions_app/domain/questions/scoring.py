"""How likely words are to be a question, by the cues in them and by what was learnt of the words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sessions_app.domain.questions import cues
from sessions_app.domain.questions.clauses import Clause, Clauses
from sessions_app.domain.questions.learnt import Weights
from sessions_app.domain.questions.ngrams import clause_features
from sessions_app.domain.questions.normalise import Sentence
from sessions_app.domain.questions.rule import Hit

_LENGTHS = (1, 3, 6, 12, 20)
TRUST = 0.3
"""By so much of the log odds of the surest cue they rise: also cues that were hardly learnt of have to count."""
DOUBT_BEFORE, DOUBT_AFTER = 0.5, 1.0
"""By so much of the log odds that a border is none they fall for what begins there, and for what ends there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Words taken for a clause, with the cues in them and the features that are weighed."""

    clause: Clause
    text: str
    hits: Sequence[Hit]
    buckets: Sequence[int]
    names: frozenset[str]

    def logit(self, weights: Weights) -> float:
        """The log odds that they are a question."""
        table, learnt = weights.clauses, weights.cues
        total = weights.clause_bias + weights.clause_scale * sum([table[at] for at in self.buckets])
        total += sum([learnt.get(name, 0.0) for name in self.names])
        doubt = DOUBT_BEFORE * max(-self.clause.left, 0.0) + DOUBT_AFTER * max(-self.clause.right, 0.0)
        trust = max((hit.log_odds for hit in self.hits if not hit.is_request), default=0.0)
        return weights.slope * total + weights.offset - doubt + TRUST * max(trust, 0.0)


def readings(sentence: Sentence, weights: Weights) -> Iterator[list[Reading]]:
    """For each clause of a sentence the ways to read it: as a whole, and where it has cues also in parts."""
    found = Clauses(sentence, weights)
    for clause in found.sure():
        whole = read(clause, sentence.text)
        if cues.is_backchannel(whole.text) or cues.is_small_talk(whole.text):
            continue
        ways = [whole]
        if whole.hits:
            starts = [clause.start + hit.start for hit in whole.hits if hit.start]
            parts = (read(part, sentence.text) for part in found.parts(clause, starts))
            ways += [part for part in parts if part.hits and not cues.is_backchannel(part.text)]
        yield ways


def read(clause: Clause, sentence: str) -> Reading:
    """A clause of the sentence with what is to be weighed of it."""
    text = sentence[clause.start : clause.end]
    hits = cues.find(text)
    names = {hit.rule for hit in hits} or {"no_cue"}
    if len(names) > 1:
        names.add("several_cues")
    names.add(f"length_{sum(len(clause.words) > length for length in _LENGTHS)}")
    if cues.is_unfinished(text):
        names.add("unfinished")
    lead = cues.lead(text)
    numbers = clause.numbers
    if 0 < lead < len(text):
        names.add("lead")
        numbers = numbers[_words_within(clause.words, text, lead) :]
    return Reading(clause, text, hits, clause_features(numbers), frozenset(names))


def _words_within(words: Sequence[str], text: str, length: int) -> int:
    """How many of the words stand in the first `length` characters of their text."""
    at = 0
    for number, word in enumerate(words):
        at = text.find(word, at) + len(word)
        if at > length:
            return number
    return len(words)
