"""The detector that decides by rules and by what was learnt from labelled speech."""

import math
from collections.abc import Iterator, Mapping
from functools import cache

from sessions_app.domain.questions import cues, learnt
from sessions_app.domain.questions.clauses import SHORT, Clause, clauses
from sessions_app.domain.questions.judging import FULL_STOP_LOGIT, QUESTION_MARK, Candidate, judge
from sessions_app.domain.questions.language import Language, language_of
from sessions_app.domain.questions.learnt import Weights
from sessions_app.domain.questions.normalise import Sentence
from sessions_app.domain.questions.rule import Hit
from sessions_app.domain.questions.scoring import clause_logit
from sessions_app.domain.questions.verdict import DEFAULT_JUDGING, Judging, QuestionClass, Verdict

_TELLING = 0.5
"""A rule from this confidence on says by itself where a question begins."""
_LONGEST_MARKED = 30
"""A question mark makes a question of a sentence of at most so many words, and of the last clause of a longer one."""
_HIGHEST = 0.97
"""More certain than this is nothing but a question mark."""


class QuestionDetector:
    """Judges clause by clause with a logistic regression over the rules' cues and the words; requests by rules."""

    def __init__(self, weights: Mapping[Language, Weights]) -> None:
        self._weights = weights

    def judge(self, text: str, judging: Judging = DEFAULT_JUDGING, *, heard: int = 0) -> Verdict:
        """Judges what one speaker said; of several questions, the last."""
        return judge(self._find, text, judging, heard)

    def _find(self, sentence: Sentence) -> Iterator[Candidate]:
        if cues.is_backchannel(sentence.text) or cues.is_small_talk(sentence.text):
            return
        language = language_of(sentence.text)
        weights = self._weights[language]
        found = list(clauses(sentence, weights, SHORT[language]))
        for clause in found:
            text = sentence.text[clause.start : clause.end]
            if len(found) == 1 or not (cues.is_backchannel(text) or cues.is_small_talk(text)):
                yield from _candidates(sentence, clause, text, weights)
        if sentence.mark == "?" and found:
            begin = 0 if len(sentence.tokens) <= _LONGEST_MARKED else found[-1].start
            first = begin + cues.lead(sentence.text[begin:])
            span = sentence.original_span(first, found[-1].end)
            yield Candidate(QuestionClass.QUESTION, QUESTION_MARK, "question_mark", *span)


@cache
def load_detector() -> QuestionDetector:
    """The detector with the weights of the package, one for all; raises `WeightsError`."""
    return QuestionDetector(learnt.load())


def _candidates(sentence: Sentence, clause: Clause, text: str, weights: Weights) -> Iterator[Candidate]:
    hits = cues.find(text)
    logit = clause_logit(clause, text, hits, weights)
    if sentence.mark == ".":
        logit -= FULL_STOP_LOGIT
    asking = [hit for hit in hits if not hit.is_request]
    surest = max(asking, key=lambda hit: hit.confidence, default=None)
    telling = [hit for hit in asking if hit.confidence >= _TELLING]
    start, end = _span(text, telling)
    confidence = min(1 / (1 + math.exp(-logit)), _HIGHEST)
    span = sentence.original_span(clause.start + start, clause.start + end)
    yield Candidate(QuestionClass.QUESTION, confidence, surest.rule if surest else "model", *span)
    for hit in hits:
        if hit.is_request:
            span = sentence.original_span(clause.start + hit.start, clause.start + hit.end)
            yield Candidate(QuestionClass.REQUEST, hit.confidence, hit.rule, *span)


def _span(text: str, telling: list[Hit]) -> tuple[int, int]:
    if telling:
        return min(hit.start for hit in telling), max(hit.end for hit in telling)
    return min(cues.lead(text), len(text) - 1), len(text)
