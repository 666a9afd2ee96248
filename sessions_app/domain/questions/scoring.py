"""How likely words are to be a question, by the cues in them and by what was learnt of the words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sessions_app.domain.questions import cues
from sessions_app.domain.questions.clauses import Clause, Clauses
from sessions_app.domain.questions.learnt import Weights
from sessions_app.domain.questions.ngrams import clause_features
from sessions_app.domain.questions.normalise import Sentence
from sessions_app.domain.questions.rule import Hit

_LENGTHS = (1, 3, 6, 12, 20)
NO_CUE, PART, FIRST, LAST = "no_cue", "part", "first", "last"
"""Names of what is seen of words: nothing by any rule, more words in their clause, none before, none behind them."""
TRUST, DOUBT_BEFORE, DOUBT_AFTER = MEASURES = ("trust", "doubt_before", "doubt_after")
"""What is measured of words, in log odds: the surest cue, and that no clause begins or ends where they do."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Words taken for a clause, with the cues in them, the features that are weighed, and what comes of it.

    `logit` holds the log odds that they are a question.
    """

    clause: Clause
    text: str
    hits: Sequence[Hit]
    buckets: Sequence[int] = ()
    names: frozenset[str] = frozenset()
    measures: tuple[float, float, float] = (0.0, 0.0, 0.0)
    logit: float = 0.0


def readings(sentence: Sentence, weights: Weights) -> Iterator[list[Reading]]:
    """For each clause of a sentence the ways to read it: as a whole, and where it has cues also in parts."""
    found = Clauses(sentence, weights)
    for clause in found.sure():
        whole = _read(clause, sentence.text)
        if cues.is_backchannel(whole.text) or cues.is_small_talk(whole.text):
            continue
        ways = [whole]
        if whole.hits:
            starts = [clause.start + hit.start for hit in whole.hits if hit.start]
            parts = (_read(part, sentence.text) for part in found.parts(clause, starts))
            ways += [part for part in parts if part.hits and not cues.is_backchannel(part.text)]
        yield [_weighed(way, way is not whole, len(sentence.text), weights) for way in ways]


def _read(clause: Clause, sentence: str) -> Reading:
    text = sentence[clause.start : clause.end]
    return Reading(clause, text, cues.find(text))


def _weighed(reading: Reading, is_part: bool, length: int, weights: Weights) -> Reading:
    """The reading in a sentence of that length with its features."""
    clause, text = reading.clause, reading.text
    places = {PART: is_part, FIRST: clause.start == 0, LAST: clause.end == length}
    there = [place for place, is_there in places.items() if is_there]
    seen = {hit.rule for hit in reading.hits} or {NO_CUE}
    names = {*seen, *there, *(f"{cue}/{place}" for cue in seen for place in there if place != FIRST)}
    if len(seen) > 1:
        names.add("several_cues")
    names.add(f"length_{sum(len(clause.words) > length for length in _LENGTHS)}")
    if cues.is_unfinished(text):
        names.add("unfinished")
    lead = cues.lead(text)
    numbers = clause.numbers
    if 0 < lead < len(text):
        names.add("lead")
        numbers = numbers[_words_within(clause.words, text, lead) :]
    trail = cues.trail(text)
    if 0 < trail < len(text) - lead:
        numbers = numbers[: _words_within(clause.words, text, len(text) - trail) - len(clause.words)]
    trust = max((hit.log_odds for hit in reading.hits if not hit.is_request), default=0.0)
    measures = (max(trust, 0.0), max(-clause.left, 0.0), max(-clause.right, 0.0))
    buckets = clause_features(numbers)
    return replace(
        reading,
        buckets=buckets,
        names=frozenset(names),
        measures=measures,
        logit=weights.logit(buckets, names, zip(MEASURES, measures, strict=True)),
    )


def _words_within(words: Sequence[str], text: str, length: int) -> int:
    """How many of the words stand in the first `length` characters of their text."""
    at = 0
    for number, word in enumerate(words):
        at = text.find(word, at) + len(word)
        if at > length:
            return number
    return len(words)
