"""From what was heard to what is to be done about it: the detector's verdicts, one for each utterance and revision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sessions_app.domain.events import AskedQuestion, Judgement, JudgingFailed, QuestionHeld, SegmentHeard
from sessions_app.domain.options import SessionOptions
from sessions_app.domain.protocol import AsrChunk
from sessions_app.domain.questions import BACKCHANNEL, SMALL_TALK, Detector, Verdict, same_question, same_words
from sessions_app.domain.recent import RecentQuestions
from sessions_app.domain.utterances import Utterance, Utterances

ASKED_BEFORE = "asked before: see its answer"
UNFINISHED = "unfinished: the rest of the question is waited for"
PATIENCE_S = 2.0
"""How long the rest of a question that cannot end there is waited for, while its speaker says nothing."""
MAX_PATIENCE_S = 12.0
"""How long at most, while its speaker goes on speaking."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A question in an utterance: its words, the final that they begin in, and what stands before them in that.

    `replaces` is the question that this one came of when the speaker went on; `completed_at` is when the final came
    that ends it.
    """

    utterance: Utterance
    verdict: Verdict
    text: str
    first: SegmentHeard
    before: str
    replaces: AskedQuestion | None
    completed_at: float


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A question whose words were corrected into something that asks nothing, or what was asked before."""

    question: AskedQuestion


@dataclass(frozen=True, slots=True)
class SaidAgain:
    """A question that `earlier` has asked, whose answer holds if it got one."""

    earlier: AskedQuestion


Finding = Heard | SaidAgain | TakenBack | QuestionHeld | JudgingFailed
Findings = tuple[Finding, ...]
Meaning = tuple[Judgement | None, Findings]
MOST_AT_ONCE = 3
"""How many questions of one final are asked, if they stand apart in it: the last ones."""


class Listening:
    """What all speakers of a session are saying, and what was asked in it."""

    def __init__(self, detector: Detector, options: SessionOptions) -> None:
        self._detector = detector
        self.options = options
        self.recent = RecentQuestions()
        self._utterances = Utterances()

    def speaking(self, speaker: str, at: float) -> None:
        self._utterances.speaking(speaker, at)

    def take(self, final: SegmentHeard, chunk: AsrChunk, at: float) -> Meaning:
        """What a new final means; no judgement where its speaker may not ask, or judging goes wrong."""
        before = self._utterances.find(final.speaker)
        utterance = self._utterances.add(final, chunk, at)
        given_up = before if before is not utterance else None
        left_over = self._whatever_happens(final, lambda: (None, self._give_up(given_up, at) if given_up else ()))
        meaning = self._whatever_happens(final, lambda: self._judge(utterance, len(utterance.finals) - 1, at))
        return meaning[0], (*left_over[1], *meaning[1])

    def correct(self, final: SegmentHeard, at: float) -> Meaning:
        """What a final means whose words have changed; once its utterance has ended it leads to nothing."""
        return self._whatever_happens(final, lambda: self._correct(final, at))

    def _whatever_happens(self, final: SegmentHeard, listen: Callable[[], Meaning]) -> Meaning:
        """An error in judging must cost neither the final nor those after it, which are judged without it."""
        try:
            return listen()
        except Exception as error:  # noqa: BLE001 - whatever it is, it goes to the log
            self.forget(final)
            return None, (JudgingFailed(error),)

    def _correct(self, final: SegmentHeard, at: float) -> Meaning:
        before = self._utterances.known(final)
        found = self._utterances.correct(final)
        if not self.options.lets_ask(final.speaker):
            return None, ()
        if found is None:
            verdict = self._detector.judge(final.text, self.options.judging)
            return _judgement(verdict, final, final), ()
        utterance, place = found
        was_held, utterance.held = utterance.held, None
        asked = utterance.questions_in(place)
        judgement, findings = self._judge(utterance, place, at)
        if asked and not utterance.held and before and same_words(before.text, final.text):
            return judgement, tuple(SaidAgain(question) for question in asked)
        findings = (*_taken_back(utterance, place, findings), *findings)
        if was_held and place < len(utterance.finals) - 1:
            findings += self._judge(utterance, len(utterance.finals) - 1, at)[1]
        return judgement, findings

    def is_backchannel(self, text: str) -> bool:
        """Whether it says no more than that somebody listens."""
        return self._detector.judge(text, self.options.judging).reason == BACKCHANNEL

    def forget(self, final: SegmentHeard) -> None:
        """A final could not be stored; it will come again."""
        self._utterances.remove(final)

    def patience_over(self, held: QuestionHeld, at: float) -> Findings:
        """What becomes of a question whose end did not come: it is asked as it is, unless its speaker is speaking."""
        utterance = self._utterances.find(held.speaker)
        if utterance is None or _held(utterance, 0) != replace(held, patience_s=0):
            return ()
        silent_since = utterance.speaking_at or utterance.heard_at
        if at - silent_since < PATIENCE_S and at - utterance.heard_at < MAX_PATIENCE_S:
            return (_held(utterance, PATIENCE_S - (at - silent_since)),)
        return self._give_up(utterance, at)

    def _give_up(self, utterance: Utterance, at: float) -> Findings:
        """Wait no longer for the end of a question that was held, if one was: it is asked as it is."""
        verdict, utterance.held = utterance.held, None
        if verdict is None or not self.options.lets_ask(utterance.speaker):
            return ()
        return self._findings(utterance, len(utterance.finals) - 1, verdict, at, utterance.held_at)

    def asked(self, question: AskedQuestion, heard: Heard | None, at: float) -> None:
        """`question` was asked: for what was heard in an utterance, or because somebody demanded it."""
        self.recent.add(question, at)
        if heard is not None:
            if heard.replaces and heard.utterance.is_corrected:
                self.recent.forget(heard.replaces)
            heard.utterance.ask(question, heard.verdict.start, heard.verdict.end)

    def end_utterances(self) -> None:
        """What was said until now is asked; what is said next begins anew."""
        self._utterances.end_all()

    def _judge(self, utterance: Utterance, place: int, at: float) -> Meaning:
        held, utterance.held = utterance.held, None
        verdict = self._verdict(utterance, place)
        if held and not verdict.is_question:
            sequel = self._judge_from(held.start, utterance.text, utterance.starts[place])
            verdict = sequel if sequel.is_question else verdict
        if verdict.reason != BACKCHANNEL:
            self._utterances.answered_by(utterance.speaker)
        if not self.options.lets_ask(utterance.speaker):
            return None, ()
        judgement = _judgement(verdict, utterance.finals[0], utterance.first_final_of(verdict.start)[0])
        completed_at = at
        if held and not verdict.is_question:
            completed_at = utterance.held_at
            verdict = held if verdict.reason == BACKCHANNEL else replace(held, is_unfinished=False)
        utterance.is_unfinished = verdict.is_unfinished
        if not verdict.is_question or verdict.reason == SMALL_TALK:
            return judgement, ()
        if verdict.is_unfinished:
            utterance.held, utterance.held_at = verdict, completed_at
            return judgement, (_held(utterance, PATIENCE_S),)
        return judgement, self._findings(utterance, place, verdict, at, completed_at)

    def _findings(self, utterance: Utterance, place: int, verdict: Verdict, at: float, completed_at: float) -> Findings:
        """What becomes of a question, and of those that stand before it in the same final, in their order."""
        verdicts = [verdict]
        while len(verdicts) < MOST_AT_ONCE and verdicts[-1].start > utterance.starts[place]:
            earlier = self._verdict(utterance, place, end=verdicts[-1].start)
            if not earlier.is_question or earlier.reason == SMALL_TALK:
                break
            verdicts.append(earlier)
        return _without_repetitions([self._finding(utterance, each, at, completed_at) for each in reversed(verdicts)])

    def _verdict(self, utterance: Utterance, place: int, *, end: int | None = None) -> Verdict:
        """Whether a final ends a question: one of its own, or else the one that was asked last before it.

        It is read up to `end`, or else to its own end, or that of a question that went on after it.
        """
        text = utterance.text[: utterance.end_of(place) if end is None else end].rstrip()
        new_from, reach = utterance.starts[place], utterance.reach(place)
        asked = utterance.asked_before(place)
        if asked is None:
            return self._judge_from(reach, text, new_from)
        begun, over = utterance.extent(asked)
        if over > new_from:  # it ended in what is corrected now
            return self._judge_from(max(begun, reach), text, new_from)
        if not utterance.text[over:new_from].strip():  # it ended right before what is new
            sequel = self._judge_from(max(begun, reach), text, new_from)
            if sequel.is_question and sequel.start < over:
                return sequel
        return self._judge_from(max(over, reach), text, new_from)

    def _judge_from(self, start: int, text: str, new_from: int) -> Verdict:
        start += len(text[start:]) - len(text[start:].lstrip())
        verdict = self._detector.judge(text[start:], self.options.judging, heard=max(new_from - start, 0))
        return replace(verdict, start=verdict.start + start, end=verdict.end + start)

    def _finding(self, utterance: Utterance, verdict: Verdict, at: float, completed_at: float) -> Finding:
        text = utterance.text[verdict.start : verdict.end].strip()
        replaces = utterance.question_at(verdict.start, verdict.end)
        is_same = same_words if utterance.is_corrected else same_question
        if replaces and is_same(replaces.text, text):
            return SaidAgain(replaces)
        if earlier := self.recent.find(text, at, self.options.dedup_window_s, but=replaces):
            return SaidAgain(earlier)
        first, before = utterance.first_final_of(verdict.start)
        return Heard(utterance, verdict, text, first, before, replaces, completed_at)


def _without_repetitions(findings: Sequence[Finding]) -> Findings:
    """What was found in one final; of a question that is said twice in it, the last."""
    heard = [finding for finding in findings if isinstance(finding, Heard)]
    earlier = [one for one, later in combinations(heard, 2) if same_question(one.text, later.text) and not one.replaces]
    return tuple(finding for finding in findings if finding not in earlier)


def _taken_back(utterance: Utterance, place: int, findings: Findings) -> list[TakenBack]:
    """The questions of a corrected final that nothing found in it now asks or replaces; they count as never asked."""
    kept = [
        finding.earlier if isinstance(finding, SaidAgain) else finding.replaces
        for finding in findings
        if isinstance(finding, (SaidAgain, Heard))
    ]
    is_held = any(isinstance(finding, QuestionHeld) for finding in findings)
    gone = [asked for asked in utterance.questions_in(place) if asked not in kept and not is_held]
    for asked in gone:
        utterance.take_back(asked)
    return [TakenBack(asked) for asked in gone]


def _judgement(verdict: Verdict, first: SegmentHeard, begins_in: SegmentHeard) -> Judgement:
    """What stays of a verdict on an utterance with that first final, where a question begins in another one or that."""
    question_from = begins_in.index if verdict.is_question else None
    return Judgement(verdict.kind, verdict.confidence, verdict.reason, first.index, question_from)


def _held(utterance: Utterance, patience_s: float) -> QuestionHeld:
    return QuestionHeld(utterance.speaker, utterance.finals[-1].index, utterance.revision, patience_s)
