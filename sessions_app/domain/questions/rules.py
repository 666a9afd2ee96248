"""The detector that decides by rules."""

import math
from collections.abc import Iterator

from sessions_app.domain.questions import cues
from sessions_app.domain.questions.judging import FULL_STOP_LOGIT, QUESTION_MARK, Candidate, greeting, judge
from sessions_app.domain.questions.normalise import Sentence
from sessions_app.domain.questions.rule import Hit
from sessions_app.domain.questions.verdict import DEFAULT_JUDGING, Judging, QuestionClass, Verdict


class RuleDetector:
    """Judges by the cues tabulated in `english` and `chinese`; a verdict is as confident as its surest cue."""

    def judge(self, text: str, judging: Judging = DEFAULT_JUDGING, *, heard: int = 0) -> Verdict:
        """Judges what one speaker said; of several questions, the last."""
        return judge(_find, text, judging, heard)


def _find(sentence: Sentence) -> Iterator[Candidate]:
    if cues.is_small_talk(sentence.text):
        yield greeting(sentence)
        return
    if cues.is_backchannel(sentence.text):
        return
    for hit in cues.find(sentence.text):
        yield _candidate(sentence, hit)
    if sentence.mark == "?":
        span = sentence.original_span(cues.lead(sentence.text), len(sentence.text))
        yield Candidate(QuestionClass.QUESTION, QUESTION_MARK, "question_mark", *span)


def _candidate(sentence: Sentence, hit: Hit) -> Candidate:
    confidence = hit.confidence
    if sentence.mark == "." and not hit.is_request:
        confidence = 1 / (1 + (1 - confidence) / confidence * math.exp(FULL_STOP_LOGIT))
    kind = QuestionClass.REQUEST if hit.is_request else QuestionClass.QUESTION
    return Candidate(kind, confidence, hit.rule, *sentence.original_span(hit.start, hit.end))
