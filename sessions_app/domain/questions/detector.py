"""The detector that decides by rules and by what was learnt from labelled speech."""

import math
import re
from collections.abc import Iterator, Mapping
from functools import cache

from sessions_app.domain.questions import cues, learnt
from sessions_app.domain.questions.clauses import EDGE, Clauses
from sessions_app.domain.questions.judging import FULL_STOP_LOGIT, LEARNT, QUESTION_MARK, Candidate, greeting, judge
from sessions_app.domain.questions.language import Language, language_of
from sessions_app.domain.questions.learnt import Weights
from sessions_app.domain.questions.normalise import Sentence, sentences
from sessions_app.domain.questions.rule import Hit
from sessions_app.domain.questions.scoring import Reading, readings
from sessions_app.domain.questions.verdict import DEFAULT_JUDGING, Judging, QuestionClass, Verdict

_TELLING = 0.5
"""A rule from this confidence on says by itself where a question begins."""
_TOLD_BY_RULE = {"en_wondering", "en_want_to_know", "en_noun_phrase", "zh_ask", "zh_noun_phrase", "zh_or"}
"""Questions that writers set no question mark behind, so that nothing can be learnt of them from it."""
_CERTAIN = 0.85
"""From this confidence on a rule decides in a sentence of the other language ("what is 机器学习")."""
_CLEAR = 0.0
"""Above these log odds of its borders a part of a Chinese clause may stand for itself: its subject comes first."""
_ASKING = re.compile(r"\b(?:what|which|whose|how|when|where|why|who)(?: [\w'-]+){0,2} $")
_WHOLE = 0.3
"""By so much in log odds an English clause is preferred to its parts."""
_LOST = 1.0
"""By so much in log odds a part of a clause may be less of a question than the whole."""
_LONGEST_MARKED = 30
"""A question mark makes a question of a sentence of at most so many words, and of the last clause of a longer one."""
_NEAR = 200
"""So many characters around the end of what was heard tell whether a clause ends there."""
_HIGHEST = 0.97
"""More certain than this is nothing but a question mark."""


class QuestionDetector:
    """Judges clause by clause with a logistic regression over the rules' cues and the words; requests by rules."""

    def __init__(self, weights: Mapping[Language, Weights]) -> None:
        self._weights = weights

    def judge(self, text: str, judging: Judging = DEFAULT_JUDGING, *, heard: int = 0) -> Verdict:
        """Judges what one speaker said; of several questions, the last."""
        return judge(self._find, text, judging, heard, self._border)

    def _border(self, text: str, heard: int) -> float:
        """The log odds that a clause ends where the text was heard up to."""
        begin = max(heard - _NEAR, 0)
        for sentence in sentences(text[begin : heard + _NEAR]):
            count = sum(begin + token.start < heard for token in sentence.tokens)
            if 0 < count < len(sentence.tokens):
                weights = self._weights[language_of(sentence.text)]
                return Clauses(sentence, weights).border_before(sentence.offsets[count])
        return EDGE

    def _find(self, sentence: Sentence) -> Iterator[Candidate]:
        if cues.is_small_talk(sentence.text):
            yield greeting(sentence)
            return
        if cues.is_backchannel(sentence.text):
            return
        weights = self._weights[language_of(sentence.text)]
        start = 0
        for ways in readings(sentence, weights):
            start = ways[0].clause.start
            if weights.language == "zh":
                yield from _candidates(sentence, ways[0], _narrowest(ways, weights), weights)
            else:
                for way in _apart(ways, weights):
                    yield from _candidates(sentence, way, way, weights)
        if sentence.mark == "?":
            begin = 0 if len(sentence.tokens) <= _LONGEST_MARKED else start
            span = sentence.original_span(begin + cues.lead(sentence.text[begin:]), len(sentence.text))
            yield Candidate(QuestionClass.QUESTION, QUESTION_MARK, "question_mark", *span)


@cache
def load_detector() -> QuestionDetector:
    """The detector with the weights of the package, one for all; raises `WeightsError`."""
    return QuestionDetector(learnt.load())


def _candidates(sentence: Sentence, reading: Reading, place: Reading, weights: Weights) -> Iterator[Candidate]:
    """What a reading may be, with its question's own words where `place` has them."""
    logit = reading.logit(weights)
    if sentence.mark == ".":
        logit -= FULL_STOP_LOGIT
    asking = [hit for hit in place.hits if not hit.is_request]
    surest = max(asking, key=lambda hit: hit.confidence, default=None)
    start, end = _span(place.text, [hit for hit in asking if hit.confidence >= _TELLING])
    span = sentence.original_span(place.clause.start + start, place.clause.start + end)
    confidence = min(1 / (1 + math.exp(-logit)), _HIGHEST)
    yield Candidate(QuestionClass.QUESTION, confidence, surest.rule if surest else LEARNT, *span)
    for hit in reading.hits:
        is_foreign = hit.language != weights.language and hit.confidence >= _CERTAIN
        if hit.is_request or is_foreign or hit.rule in _TOLD_BY_RULE:
            kind = QuestionClass.REQUEST if hit.is_request else QuestionClass.QUESTION
            offset = reading.clause.start
            span = sentence.original_span(offset + hit.start, offset + hit.end)
            yield Candidate(kind, hit.confidence, hit.rule, *span)


def _narrowest(ways: list[Reading], weights: Weights) -> Reading:
    """The part of a clause with the likeliest border that is about as likely a question as the whole."""
    whole = ways[0]
    least = max(whole.logit(weights) - _LOST, 0.0)
    clear = [part for part in ways[1:] if min(part.clause.left, part.clause.right) > _CLEAR]
    parts = [part for part in clear if part.logit(weights) >= least and not cues.continues(part.text)]
    best = max(parts, key=lambda part: min(part.clause.left, part.clause.right), default=whole)
    asks_beside_it = any(
        part.logit(weights) > 0 and (part.clause.end <= best.clause.start or best.clause.end <= part.clause.start)
        for part in ways[1:]
    )
    return whole if asks_beside_it else best


def _apart(ways: list[Reading], weights: Weights) -> list[Reading]:
    """The likeliest questions that do not overlap, the whole clause rather than a part of it where in doubt."""
    kept: list[Reading] = []
    for way in sorted(ways, key=lambda way: way.logit(weights) + (_WHOLE if way is ways[0] else 0.0), reverse=True):
        clause = way.clause
        if all(clause.end <= other.clause.start or other.clause.end <= clause.start for other in kept):
            kept.append(way)
    return kept


def _span(text: str, telling: list[Hit]) -> tuple[int, int]:
    """Where the words of a question stand in a clause: from its cue on, with the question word before that."""
    if not telling:
        return min(cues.lead(text), len(text) - 1), len(text)
    start = min(hit.start for hit in telling)
    asking = _ASKING.search(text[:start])
    return asking.start() if asking else start, max(hit.end for hit in telling)
