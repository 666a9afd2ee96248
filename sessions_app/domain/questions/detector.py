"""The detector that decides by rules and by what was learnt from labelled speech."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache

from sessions_app.domain.questions import chinese, cues, learnt
from sessions_app.domain.questions.clauses import EDGE, Clauses
from sessions_app.domain.questions.english_words import WH
from sessions_app.domain.questions.judging import FULL_STOP_LOGIT, LEARNT, QUESTION_MARK, Candidate, greeting, judge
from sessions_app.domain.questions.language import Language, language_of
from sessions_app.domain.questions.learnt import Weights
from sessions_app.domain.questions.normalise import Sentence, sentences
from sessions_app.domain.questions.rule import Hit
from sessions_app.domain.questions.scoring import Reading, readings
from sessions_app.domain.questions.verdict import DEFAULT_JUDGING, Judging, QuestionClass, Verdict

_TELLING = 0.5
"""A rule from this confidence on says by itself where a question begins."""
_TOLD_BY_RULE = {"en_wondering", "en_want_to_know", "en_noun_phrase", "zh_ask", "zh_choice", "zh_noun_phrase", "zh_or"}
"""Questions that writers set no question mark behind, so that nothing can be learnt of them from it."""
_CERTAIN = 0.85
"""From this confidence on a rule decides in a sentence of the other language ("what is 机器学习")."""
_CLEAR = 0.0
"""Above these log odds of its end, in Chinese of both its borders, a part of a clause may stand for itself."""
_SAID, _NAMED = -1.0, 2.0
"""The same for the first border of a Chinese one, behind words that say something, and that name its subject."""
_ASKING = re.compile(rf"\b{WH}(?: [\w'-]+){{0,2}} $")
_LOST = 2.0
"""By so much in log odds a part of a clause may be less of a question than the whole."""
_WAITING = re.compile(rf"\b{WH}(?: [\w'-]+){{0,4}} ?$")
"""An English question word whose verb is still to come."""
_POLITE = re.compile(r"^[\w']+ \w+ ")
"""The auxiliary and the subject that a polite request begins with."""
_LONGEST_MARKED = 30
"""A question mark makes a question of a sentence of at most so many words, and of the last clause of a longer one."""
_NEAR = 200
"""So many characters around the end of what was heard tell whether a clause ends there."""
_HIGHEST = 0.97
"""More certain than this is nothing but a question mark."""
_SURE = math.log(_HIGHEST / (1 - _HIGHEST))
"""The same as log odds: how much less a part of what is surer may be says nothing."""


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
            tokens = zip(sentence.tokens, sentence.offsets, strict=True)
            words = [(begin + token.start, offset) for token, offset in tokens if token.word != ","]
            count = sum(start < heard for start, _ in words)
            if 0 < count < len(words):
                weights = self._weights[language_of(sentence.text)]
                return Clauses(sentence, weights).border_before(words[count][1])
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
            for place in _places(ways, weights.language):
                logit = max(way.logit for way in ways if _overlap(way, place))
                yield from _candidates(sentence, place, logit, weights.language)
        if sentence.mark == "?":
            begin = 0 if len(sentence.tokens) <= _LONGEST_MARKED else start
            span = sentence.original_span(begin + cues.lead(sentence.text[begin:]), len(sentence.text))
            yield Candidate(QuestionClass.QUESTION, QUESTION_MARK, "question_mark", *span)


@cache
def load_detector() -> QuestionDetector:
    """The detector with the weights of the package, one for all; raises `WeightsError`."""
    return QuestionDetector(learnt.load())


def _candidates(sentence: Sentence, place: Reading, logit: float, language: Language) -> Iterator[Candidate]:
    """What may be asked in a place, by the log odds and by rules that stand for themselves."""
    if sentence.mark == ".":
        logit -= FULL_STOP_LOGIT
    requests = {hit.start for hit in place.hits if hit.is_request}
    asking = [hit for hit in place.hits if not hit.is_request and not _is_courtesy(hit, requests, place.text)]
    surest = max(asking, key=lambda hit: hit.confidence, default=None)
    start, end = _span(place.text, [hit for hit in asking if hit.confidence >= _TELLING])
    offset = place.clause.start
    span = sentence.original_span(offset + start, offset + end)
    confidence = min(1 / (1 + math.exp(-logit)), _HIGHEST)
    kind = QuestionClass.REQUEST if requests and not asking else QuestionClass.QUESTION
    yield Candidate(kind, confidence, surest.rule if surest else LEARNT, *span)
    for hit in place.hits:
        is_foreign = hit.language != language and hit.confidence >= _CERTAIN
        if hit.is_request or is_foreign or hit.rule in _TOLD_BY_RULE:
            kind = QuestionClass.REQUEST if hit.is_request else QuestionClass.QUESTION
            span = sentence.original_span(offset + hit.start, offset + hit.end)
            yield Candidate(kind, hit.confidence, hit.rule, *span)


def _is_courtesy(hit: Hit, requests: AbstractSet[int], text: str) -> bool:
    """Whether a cue is but the polite form of a request that begins there ("can you tell me about")."""
    if not hit.rule.startswith("en_inversion") or hit.start not in requests:
        return False
    behind = _POLITE.sub("", text[hit.start :])
    return not any(other.rule.startswith("en_inversion") for other in cues.find(behind))


def _places(ways: Sequence[Reading], language: Language) -> Sequence[Reading]:
    """The parts of a clause that ask by themselves, those with the clearest borders, or else the whole."""
    whole = ways[0]
    least = max(min(whole.logit, _SURE) - _LOST, 0.0)
    parts = [part for part in ways[1:] if part.logit > least and _may_stand_alone(part, whole, language)]
    kept: list[Reading] = []
    for part in sorted(parts, key=_clearness, reverse=True):
        if not any(_overlap(part, other) for other in kept):
            kept.append(part)
    if not kept or (language == "zh" and len(kept) > 1):
        return [whole]
    behind = whole.text[max(part.clause.end for part in kept) - whole.clause.start :]
    return [whole] if any(hit.confidence >= _TELLING for hit in cues.find(behind)) else kept


def _may_stand_alone(part: Reading, whole: Reading, language: Language) -> bool:
    """Whether no words before or behind belong to the part; what a Chinese question is about comes first."""
    before = whole.text[: part.clause.start - whole.clause.start]
    if language == "en":
        return part.clause.right > _CLEAR and not _WAITING.search(before)
    if chinese.needs_more(before, part.text):
        return False
    least = _SAID if chinese.is_said_of(before) or cues.is_backchannel(before) else _NAMED
    return part.clause.left > least and part.clause.right > _CLEAR and not cues.continues(part.text)


def _clearness(part: Reading) -> float:
    return min(part.clause.left, part.clause.right)


def _overlap(one: Reading, other: Reading) -> bool:
    return one.clause.start < other.clause.end and other.clause.start < one.clause.end


def _span(text: str, telling: list[Hit]) -> tuple[int, int]:
    """Where the words of a question stand in a clause: from its cue on, with the question word before that."""
    if not telling:
        return min(cues.lead(text), len(text) - 1), len(text)
    start = min(hit.start for hit in telling)
    asking = _ASKING.search(text[:start])
    return asking.start() if asking else start, max(hit.end for hit in telling)
