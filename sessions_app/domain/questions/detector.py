"""The detector that decides by rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType

from sessions_app.domain.questions import chinese, english
from sessions_app.domain.questions import verdict as v
from sessions_app.domain.questions.language import languages_in
from sessions_app.domain.questions.normalise import Sentence, is_chinese, sentences
from sessions_app.domain.questions.rule import Hit
from sessions_app.domain.questions.verdict import Judging, QuestionClass
from sessions_app.domain.questions.windows import WINDOW_CHARACTERS, window_start, windows

THRESHOLD = 0.5
"""From this confidence on a text is a question."""

_QUESTION_MARK = 0.98
_UNFINISHED = 0.4
_FULL_STOP_ODDS = 0.135
"""A recogniser that sets a full stop heard no question: the odds fall by e²."""
_ADJACENT = 1
"""Questions at most so many words apart are asked in one breath."""

_CUES: dict[str, ModuleType] = {"zh": chinese, "en": english}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A cue found, with the place of its question in the judged text."""

    rule: str
    confidence: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Context:
    recent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    is_question: bool
    confidence: float
    reason: str
    question: str = ""


class RuleDetector:
    def judge(self, text: str, judging: Judging = Judging(), *, heard: int = 0) -> v.Verdict:
        old = OldDetector().judge(text[heard:], Context((text[:heard],) if heard else ()))
        words = old.question
        at = text.rfind(words) if words else -1
        start, end = (
            (at, at + len(words)) if at >= 0 else ((max(0, len(text) - len(words)), len(text)) if words else (0, 0))
        )
        kind = QuestionClass.NONE
        if old.is_question:
            kind = QuestionClass.REQUEST if old.reason.endswith("_request") else QuestionClass.QUESTION
        return v.Verdict(kind, old.confidence, old.reason, start, end, old.reason == "unfinished")


class OldDetector:
    """Judges by the cues tabulated in `english` and `chinese`; a verdict is as confident as its surest cue."""

    def judge(self, text: str, context: Context) -> Verdict:
        """Judges a text, joined to the unfinished finals before it that it completes; of several questions, the last.

        Of a long text the windows at its end are judged, the last first, until one of them decides.
        """
        text = text.strip()
        verdicts = (
            _judge_window(text[start:end], context.recent if start == 0 else ()) for start, end in windows(text)
        )
        last = next(verdicts)
        if _decides(last):
            return last
        return next(filter(_decides, verdicts), last)


def _decides(verdict: Verdict) -> bool:
    return verdict.is_question or verdict.reason == "unfinished"


def _judge_window(text: str, recent: Sequence[str]) -> Verdict:
    found = sentences(text)
    beginning = _beginning(text, found, recent)
    if beginning:
        joined = beginning + text
        verdict = _judge(joined, sentences(joined), len(beginning))
        if _decides(verdict):
            return verdict
    return _judge(text, found, 0)


def _judge(text: str, found: Sequence[Sentence], boundary: int) -> Verdict:
    """The verdict on a text of these sentences, of which everything before `boundary` was judged before."""
    candidates = [candidate for sentence in found for candidate in _candidates(sentence) if candidate.end > boundary]
    if not candidates:
        return Verdict(is_question=False, confidence=0.0, reason=_reason_without_cue(found))
    asked = [candidate for candidate in candidates if candidate.confidence >= THRESHOLD]
    if not asked:
        surest = max(candidates, key=lambda candidate: candidate.confidence)
        return Verdict(is_question=False, confidence=surest.confidence, reason=surest.rule)
    asked.sort(key=lambda candidate: (candidate.end, candidate.confidence))
    verdict = _verdict(text, asked)
    if asked[-1].rule != "question_mark" and _any_language("is_unfinished", sentences(verdict.question)[-1]):
        return Verdict(is_question=False, confidence=_UNFINISHED, reason="unfinished")
    return verdict


def _reason_without_cue(found: Sequence[Sentence]) -> str:
    if any(_any_language("is_small_talk", sentence) for sentence in found):
        return "small_talk"
    if found and all(_any_language("is_backchannel", sentence) for sentence in found):
        return "backchannel"
    return "no_cue"


def _verdict(text: str, asked: Sequence[_Candidate]) -> Verdict:
    """The last of the questions, which stand in the order of their ends, with those asked right before it."""
    surest = last = asked[-1]
    start, end = last.start, last.end
    for candidate in reversed(asked[:-1]):
        if sum(len(sentence.tokens) for sentence in sentences(text[candidate.end : start])) > _ADJACENT:
            break
        start = min(start, candidate.start)
        surest = max(surest, candidate, key=lambda each: each.confidence)
    return Verdict(is_question=True, confidence=surest.confidence, reason=surest.rule, question=text[start:end])


def _candidates(sentence: Sentence) -> Iterator[_Candidate]:
    if _any_language("is_backchannel", sentence) or _any_language("is_small_talk", sentence):
        return
    languages = languages_in(sentence.text)
    for language in languages:
        for hit in _CUES[language].find(sentence.text):
            confidence = _without_stop(hit) if sentence.mark == "." else hit.confidence
            yield _Candidate(hit.rule, confidence, *sentence.original_span(hit.start, hit.end))
    if sentence.mark == "?":
        first = max(_CUES[language].lead(sentence.text) for language in languages)
        yield _Candidate("question_mark", _QUESTION_MARK, *sentence.original_span(first, len(sentence.text)))


def _without_stop(hit: Hit) -> float:
    """How sure a cue is in a sentence that ends in a full stop, as requests do anyway."""
    if hit.rule.endswith("_request"):
        return hit.confidence
    odds = hit.confidence / (1 - hit.confidence) * _FULL_STOP_ODDS
    return odds / (1 + odds)


def _beginning(text: str, found: Sequence[Sentence], recent: Sequence[str]) -> str:
    """The finals that a text goes on from, ready to stand before it: those left unfinished, the newest backwards.

    Together with the text they fill no more than a window.
    """
    beginning = ""
    for final in reversed(recent):
        room = WINDOW_CHARACTERS - len(beginning) - len(text) - 1
        earlier = final.rstrip(" .。,，…")
        if room <= 0 or not earlier:
            break
        earlier = earlier[window_start(earlier, len(earlier), room) :]
        before = sentences(earlier)
        if not _goes_on(before, found):
            break
        separator = "" if is_chinese(earlier[-1]) and is_chinese((beginning or text)[0]) else " "
        beginning = earlier + separator + beginning
        found = before
    return beginning


def _goes_on(before: Sequence[Sentence], after: Sequence[Sentence]) -> bool:
    if not before or not after or before[-1].mark == "?":
        return False
    return _any_language("is_unfinished", before[-1]) or _any_language("continues", after[0])


def _any_language(predicate: str, sentence: Sentence) -> bool:
    return any(getattr(_CUES[language], predicate)(sentence.text) for language in languages_in(sentence.text))
