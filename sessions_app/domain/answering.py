"""Whose turn it is: at most one answer runs, the questions behind it wait in a short queue."""

from collections import deque
from dataclasses import replace
from typing import Any

from sessions_app.domain.events import (
    NOT_FOUND,
    AnswerAbandoned,
    AnswerDelta,
    AnswerEnded,
    AnswerInterrupted,
    AnswerSource,
    AnswerStarted,
    AnswerSummary,
    AskedQuestion,
    Event,
    Failure,
    Outcome,
    QuestionAsked,
    QuestionDropped,
    Refused,
    SourcesCited,
    StageChanged,
    Trigger,
)
from sessions_app.domain.options import NewQuestion
from sessions_app.domain.protocol import Stage

BROKEN_OFF = "The provider failed on the way. What it had said is kept and marked partial."

TAKEN_BACK = "taken back: the words were corrected"
LEFT_UNANSWERED = "left unanswered: nothing is known about it"


class AnswerQueue:
    """The running answer and the waiting questions of one session.

    What a provider still says for an answer that was interrupted, or for another than the running one, has no effect.
    """

    def __init__(self, *, max_waiting: int) -> None:
        self._waiting: deque[AskedQuestion] = deque()
        self._next: AskedQuestion | None = None
        self._max_waiting = max_waiting
        self.running: AskedQuestion | None = None
        self.is_interrupted = False
        self._pieces: list[str] = []
        self._sources: tuple[AnswerSource, ...] = ()
        self._next_index = 0

    def ask(self, question: AskedQuestion, while_answering: NewQuestion = NewQuestion.QUEUE) -> list[Event]:
        """Answer `question`: in the place of the one that it replaces, if that runs or waits, or else as set."""
        noticed: list[Event] = [StageChanged(Stage.ANALYZING, question=question), QuestionAsked(question)]
        for place, waiting in enumerate(self._waiting):
            if waiting.id == question.replaces:
                self._waiting[place] = question
                return [QuestionDropped(waiting, Outcome.REPLACED), *noticed]
        if self.running is None:
            return noticed + self._wait(question)
        is_sequel = question.replaces in [each.id for each in (self.running, self._next) if each]
        takes_place = while_answering is NewQuestion.REPLACE and self.running.trigger is Trigger.DETECTED
        if (is_sequel or takes_place) and not self._has_instant:
            return self.ask_now(question)
        if while_answering is NewQuestion.IGNORE:
            return noticed + self._drop(question, Outcome.IGNORED, "ignored: another question is being answered")
        return noticed + self._wait(question)

    def ask_now(self, question: AskedQuestion) -> list[Event]:
        """Answer `question` before all others, instead of the running answer."""
        if self._next is not None and self._next.id == question.replaces:  # of which the client has not heard
            question = replace(question, replaces=self._next.replaces)
        events: list[Event] = [QuestionAsked(question)]
        if self._next is not None:
            events.append(QuestionDropped(self._next, _given_up_for(question)))
        self._next = question
        if self.running is None:
            return events + self._start_next()
        if not self.is_interrupted:
            events.append(StageChanged(Stage.INTERRUPTING, question=self.running))
        return events + self.interrupt()

    @property
    def _has_instant(self) -> bool:
        """Whether a question comes next that somebody demanded."""
        return self._next is not None and self._next.trigger is Trigger.INSTANT

    def _wait(self, question: AskedQuestion) -> list[Event]:
        """Take the question's turn; where too many wait, the oldest of them gives way."""
        self._waiting.append(question)
        if self.running is None:
            return self._start_next()
        if len(self._waiting) > self._max_waiting:
            return self._drop(self._waiting.popleft(), Outcome.DROPPED, "dropped: too many questions are waiting")
        return []

    @staticmethod
    def _drop(question: AskedQuestion, outcome: Outcome, note: str) -> list[Event]:
        """A question is not answered, and nobody may wonder why."""
        return [QuestionDropped(question, outcome), StageChanged(Stage.WAITING_FOR_QUESTION, note, question)]

    def withdraw(self, question: AskedQuestion) -> list[Event]:
        """Nobody has asked this question: it is given up where it runs or waits, and in any case cancelled."""
        if self.running is not None and self.running.id == question.id:
            given_up = self.interrupt()
            return [StageChanged(Stage.INTERRUPTING, TAKEN_BACK, question), *given_up] if given_up else []
        if question in self._waiting:
            self._waiting.remove(question)
        elif self._next is not None and self._next.id == question.id:
            self._next = None
        return self._drop(question, Outcome.CANCELLED, TAKEN_BACK)

    @property
    def pending(self) -> AskedQuestion | None:
        """The question that comes next, once the running answer is given up for it."""
        return self._next

    def cancel(self) -> list[Event]:
        """Give up the running answer, and what was to take its place."""
        dropped = [QuestionDropped(self._next, Outcome.CANCELLED)] if self._next else []
        self._next = None
        return [*dropped, *self.interrupt()]

    def interrupt(self) -> list[Event]:
        """Cancel the running answer, if there is one; `stopped` goes on from there."""
        if self.running is None or self.is_interrupted:
            return []
        self.is_interrupted = True
        return [AnswerInterrupted(self.running)]

    def drop_waiting(self) -> list[Event]:
        """Give up all questions that wait."""
        waiting = [*([self._next] if self._next else []), *self._waiting]
        self._next = None
        self._waiting.clear()
        return [QuestionDropped(question, Outcome.CANCELLED) for question in waiting]

    def sources_found(self, question_id: str, sources: tuple[AnswerSource, ...]) -> list[Event]:
        if (question := self._answering(question_id)) is None:
            return []
        self._sources = sources
        return [SourcesCited(question, self._take_index(), sources)]

    def delta(self, question_id: str, text: str) -> list[Event]:
        if (question := self._answering(question_id)) is None:
            return []
        self._pieces.append(text)
        return [AnswerDelta(question, self._take_index(), text)]

    def restarted(self, question_id: str, reason: str, summary: AnswerSummary) -> list[Event]:
        """What was said no longer counts, because of `reason`; it is kept as an attempt, and the answer begins anew."""
        if (question := self._answering(question_id)) is None:
            return []
        attempt = self._attempt(question, Outcome.PARTIAL, summary, error_reason=reason)
        anew = StageChanged(Stage.QUERYING_RAG, "the answer begins anew", question, is_restart=True)
        return [AnswerAbandoned(attempt), anew]

    def noted(self, question_id: str, note: str) -> list[Event]:
        """The client should know something about the answer that is on its way."""
        question = self._answering(question_id)
        return [StageChanged(Stage.QUERYING_RAG, note, question)] if question else []

    def ended(self, question_id: str, summary: AnswerSummary) -> list[Event]:
        """The provider is done."""
        if (question := self._answering(question_id)) is None:
            return []
        outcome = Outcome.NOT_KNOWN if summary.finish_reason == NOT_FOUND else Outcome.ANSWERED
        note = LEFT_UNANSWERED if outcome is Outcome.NOT_KNOWN and not self._pieces else ""
        ended = self._end(question, outcome, summary, stream_index=self._take_index())
        return [ended, StageChanged(Stage.IDLE, note, question), *self._start_next()]

    def failed(self, question_id: str, failure: Failure, summary: AnswerSummary) -> list[Event]:
        """The provider gave up; what it had said is kept."""
        if (question := self._answering(question_id)) is None:
            return []
        outcome, words = (Outcome.PARTIAL, BROKEN_OFF) if self._pieces else (Outcome.FAILED, "")
        details = {"question_id": question.id, "reason": failure.reason}
        if failure.error_id:
            details["error_id"] = failure.error_id
        return [
            self._end(question, outcome, summary, error_reason=failure.reason),
            Refused(failure.code, words, details),
            StageChanged(Stage.IDLE, question=question),
            *self._start_next(),
        ]

    def stopped(self, question_id: str, summary: AnswerSummary, *, is_last: bool) -> list[Event]:
        """The provider of the interrupted answer has let go. Where `is_last`, no other question is begun."""
        question = self.running
        if question is None or question.id != question_id:
            return []
        outcome = Outcome.CANCELLED if self._next is None or is_last else _given_up_for(self._next)
        events: list[Event] = [self._end(question, outcome, summary)]
        if self._next is None or is_last:
            events.append(StageChanged(Stage.IDLE, "cancelled", question))
        return events if is_last else events + self._start_next()

    def _answering(self, question_id: str) -> AskedQuestion | None:
        """The running question if it is this one and still wanted."""
        if self.is_interrupted or self.running is None or self.running.id != question_id:
            return None
        return self.running

    def _take_index(self) -> int:
        self._next_index += 1
        return self._next_index - 1

    def _end(self, question: AskedQuestion, outcome: Outcome, summary: AnswerSummary, **how: Any) -> AnswerEnded:
        self.running, self.is_interrupted = None, False
        return self._attempt(question, outcome, summary, **how)

    def _attempt(
        self,
        question: AskedQuestion,
        outcome: Outcome,
        summary: AnswerSummary,
        *,
        stream_index: int | None = None,
        error_reason: str = "",
    ) -> AnswerEnded:
        """What was said until now, which is then forgotten."""
        content = "".join(self._pieces)
        attempt = AnswerEnded(question, outcome, content, self._sources, summary, stream_index, error_reason)
        self._pieces, self._sources, self._next_index = [], (), 0
        return attempt

    def _start_next(self) -> list[Event]:
        events: list[Event] = []
        if self._next is not None:
            question, self._next = self._next, None
            is_instant = question.trigger is Trigger.INSTANT
            events.append(StageChanged(Stage.INSTANT_QUERY if is_instant else Stage.ANALYZING, question=question))
        elif self._waiting:
            question = self._waiting.popleft()
        else:
            return events
        self.running = question
        return [*events, StageChanged(Stage.QUERYING_RAG, question=question), AnswerStarted(question)]


def _given_up_for(question: AskedQuestion) -> Outcome:
    """What has become of an answer that is not wanted any more because of another question."""
    return Outcome.REPLACED if question.trigger is Trigger.DETECTED else Outcome.CANCELLED
