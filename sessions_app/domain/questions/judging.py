"""How the questions found in an utterance become one verdict, whoever finds them."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sessions_app.domain.questions import cues
from sessions_app.domain.questions.language import Language, language_of
from sessions_app.domain.questions.normalise import Sentence, sentences
from sessions_app.domain.questions.verdict import BACKCHANNEL, SMALL_TALK, Judging, QuestionClass, Sensitivity, Verdict
from sessions_app.domain.questions.windows import WINDOW_CHARACTERS, window_start, windows

THRESHOLDS = {Sensitivity.PRECISE: 0.65, Sensitivity.BALANCED: 0.5, Sensitivity.EAGER: 0.3}
"""From which confidence on something counts."""

LEARNT = "model"
"""The reason where no single cue decided."""
QUESTION_MARK = 0.98
FULL_STOP_LOGIT = 2.0
"""A recogniser that sets a full stop heard no question: by so much the log odds fall."""
GREETING = 0.9
"""How sure a greeting in the form of a question is one."""
_GOES_ON = -1.5
"""Below these log odds of a border a clause that asks nothing yet may go on."""
_MUST_GO_ON = -2.3
"""Below these a question goes on that seemed to be finished ("when", "does the office open")."""
_ADJACENT = 1
"""Questions at most so many words apart are asked in one breath."""
_LONGEST_REST = 12
"""A finished question goes on for at most so many words or characters ("and a thread")."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a question, with the place of its own words in the judged text."""

    kind: QuestionClass
    confidence: float
    reason: str
    start: int
    end: int

    def moved(self, offset: int) -> "Candidate":
        """The same where `offset` characters stand before the judged text."""
        return replace(self, start=self.start + offset, end=self.end + offset)


Finder = Callable[[Sentence], Iterable[Candidate]]
Border = Callable[[str, int], float]
"""The log odds that a clause of a text ends at a place in it."""


def greeting(sentence: Sentence) -> Candidate:
    """A sentence that is nothing but small talk: a question, though none that wants an answer."""
    return Candidate(QuestionClass.QUESTION, GREETING, SMALL_TALK, *sentence.original_span(0, len(sentence.text)))


def judge(
    find: Finder, text: str, judging: Judging, heard: int, border: Border = lambda _text, _heard: math.inf
) -> Verdict:
    """The verdict on an utterance of which `heard` characters were judged before, by what `find` sees in sentences.

    `border` tells where a question may begin in what seemed to be none. One that seemed to be finished goes on only
    where the new words cannot stand by themselves, or where surely no clause ends before them.
    """
    heard = min(max(heard, 0), len(text))
    before = text[:heard]
    if not before.strip():
        return _judge(find, text, judging, 0, 0)
    fresh = _judge(find, text, judging, heard, heard)
    is_unfinished = _is_unfinished(before)
    is_open = is_unfinished or _must_go_on(text, heard, border)
    if not (is_open or _may_go_on(text[heard:])):
        is_decided = fresh.is_question or fresh.reason == BACKCHANNEL
        return fresh if is_decided else _across(find, text, judging, heard, border) or fresh
    if fresh.is_question and not is_open and _judge(find, before, judging, 0, 0).is_question:
        return fresh
    whole = _judge(find, text, judging, 0, heard)
    is_whole = is_unfinished or not is_open or whole.end == len(text.rstrip())
    return whole if whole.is_question and is_whole else fresh


def _across(find: Finder, text: str, judging: Judging, heard: int, border: Border) -> Verdict | None:
    """The question that begins in what was judged before and ends in what is new, if there is such a one."""
    if border(text, heard) >= _GOES_ON or _judge(find, text[:heard], judging, 0, 0).is_question:
        return None
    whole = _judge(find, text, judging, 0, heard)
    return whole if whole.is_question and whole.start < heard < whole.end else None


def _must_go_on(text: str, heard: int, border: Border) -> bool:
    """Whether surely no clause ends where the text was heard up to: what follows neither assents nor begins anew."""
    rest = sentences(text[heard : heard + WINDOW_CHARACTERS // 4])
    if len(rest) != 1 or len(rest[0].tokens) > _LONGEST_REST:
        return False
    words = rest[0].text
    return not (cues.lead(words) or cues.is_backchannel(words)) and border(text, heard) < _MUST_GO_ON


def _may_go_on(rest: str) -> bool:
    """Whether words may be the rest of a question that seemed finished without them."""
    found = sentences(rest[: WINDOW_CHARACTERS // 4])
    return len(found) == 1 and len(found[0].tokens) <= _LONGEST_REST and cues.continues(found[0].text)


def _is_unfinished(text: str) -> bool:
    end = len(text.rstrip())
    found = sentences(text[window_start(text, end, WINDOW_CHARACTERS // 2) : end])
    return bool(found) and not found[-1].mark and cues.is_unfinished(found[-1].text)


def _judge(find: Finder, text: str, judging: Judging, begin: int, heard: int) -> Verdict:
    """The verdict on `text[begin:]`; of a long text the windows at its end are judged until one of them decides."""
    words = text[begin:].rstrip()
    first: Verdict | None = None
    for start, end in windows(words):
        if first and begin + end <= heard:
            break
        verdict = _judge_window(find, words[start:end], judging, begin + start, heard)
        first = first or verdict
        if verdict.is_question:
            return replace(verdict, is_unfinished=first.is_unfinished)
    return first or Verdict(QuestionClass.NONE, 0.0, "no_cue")


def _judge_window(find: Finder, text: str, judging: Judging, offset: int, heard: int) -> Verdict:
    found = sentences(text)
    last = found[-1] if found else None
    is_unfinished = bool(last and not last.mark and cues.is_unfinished(last.text))
    candidates = [
        candidate.moved(offset)
        for sentence in found
        for candidate in find(sentence)
        if candidate.end + offset > heard and _may_count(candidate, text, judging)
    ]
    asked = [each for each in candidates if each.confidence >= THRESHOLDS[judging.sensitivity]]
    asked = [each for each in asked if each.reason != SMALL_TALK] or asked
    if asked:
        return replace(_last(asked, text, offset), is_unfinished=is_unfinished)
    surest = max(candidates, key=lambda candidate: candidate.confidence, default=None)
    if surest is None:
        return Verdict(QuestionClass.NONE, 0.0, cues.reason_without(found), is_unfinished=is_unfinished)
    reason = surest.reason if surest.reason != LEARNT else cues.reason_without(found)
    return Verdict(QuestionClass.NONE, surest.confidence, reason, surest.start, surest.end, is_unfinished)


def _may_count(candidate: Candidate, text: str, judging: Judging) -> bool:
    if candidate.kind is QuestionClass.REQUEST and not judging.requests:
        return False
    every: frozenset[Language] = frozenset({"zh", "en"})
    return judging.languages >= every or language_of(text[candidate.start : candidate.end]) in judging.languages


def _last(asked: Sequence[Candidate], text: str, offset: int) -> Verdict:
    """The last of the questions with those asked right before it."""
    ordered = sorted(asked, key=lambda candidate: (candidate.end, candidate.confidence))
    surest = last = ordered[-1]
    start, end = last.start, last.end
    for candidate in reversed(ordered[:-1]):
        between = text[candidate.end - offset : max(start - offset, 0)]
        if sum(len(sentence.tokens) for sentence in sentences(between)) > _ADJACENT:
            break
        start = min(start, candidate.start)
        surest = max(surest, candidate, key=lambda each: each.confidence)
    return Verdict(surest.kind, surest.confidence, surest.reason, start, end)
