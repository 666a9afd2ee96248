"""The engine: a message in, events out. It holds no clock, does no I/O and never waits."""

from collections import deque
from collections.abc import Callable, Iterable

from sessions_app.domain.answering import AnswerQueue
from sessions_app.domain.beginning import KNOWN_QUESTIONS, NO_PAST, Limits, Past
from sessions_app.domain.events import (
    Acknowledged,
    AnswerSource,
    AnswerSummary,
    AskedQuestion,
    Event,
    Failure,
    FeedbackGiven,
    LanguageChanged,
    Refused,
    SessionClosed,
    StageChanged,
    Trigger,
)
from sessions_app.domain.hearing import Hearing
from sessions_app.domain.protocol import (
    Action,
    Ask,
    AsrChunk,
    BatchWatch,
    ClientMessage,
    Control,
    ErrorCode,
    Feedback,
    Keepalive,
    Stage,
)
from sessions_app.domain.questions import Detector, language_of

PARTIAL_TAKEN = (Acknowledged(AsrChunk.kind, is_final=False),)


class Conversation:
    """One speaker's dialogue.

    A client that `is_paused` stays so when it goes to another session. `new_id` makes names for questions.
    """

    def __init__(
        self,
        detector: Detector,
        new_id: Callable[[], str],
        limits: Limits,
        *,
        past: Past = NO_PAST,
        is_paused: bool = False,
    ) -> None:
        self._detector = detector
        self._new_id = new_id
        self._heard = Hearing(past.finals, past.next_index, max_finals=limits.finals)
        self._language = self._heard.latest.language if self._heard.latest else ""
        self._answered = deque(past.questions, maxlen=KNOWN_QUESTIONS)
        self._answers = AnswerQueue(max_waiting=limits.waiting_questions)
        self.is_paused = is_paused
        self._is_closing = False
        self._is_stopping = False

    @property
    def is_answering(self) -> bool:
        """Whether a provider is still at work for this session."""
        return self._answers.running is not None

    def open(self) -> list[Event]:
        """Greet the client."""
        return [Acknowledged(message="connected", is_stored=True), StageChanged(Stage.LISTENING)]

    def receive(self, message: ClientMessage) -> Iterable[Event]:
        """Take in what the client says; nothing counts any more once it has said `stop`."""
        if self._is_closing:
            return ()
        match message:
            case AsrChunk():
                return self._hear(message)
            case Keepalive() | BatchWatch():
                return [Acknowledged(message.kind)]
            case Control():
                return self._control(message.action)
            case Ask():
                return self._ask_typed(message.text)
            case Feedback():
                return self._take_feedback(message)

    def forget(self, segment_id: str | None) -> None:
        """A final could not be stored: sent again under the same id, it counts as new."""
        self._heard.forget(segment_id)

    def hang_up(self) -> list[Event]:
        """The client leaves; what runs is interrupted, what waits is given up."""
        self._is_closing = True
        return [*self._answers.drop_waiting(), *self._answers.interrupt()]

    # --- what the provider of the running answer says ---------------------------------------------------------------

    def sources_found(self, question_id: str, sources: tuple[AnswerSource, ...]) -> list[Event]:
        return self._answers.sources_found(question_id, sources)

    def answer_delta(self, question_id: str, text: str) -> list[Event]:
        return self._answers.delta(question_id, text)

    def answer_restarted(self, question_id: str, reason: str, summary: AnswerSummary) -> list[Event]:
        return self._answers.restarted(question_id, reason, summary)

    def answer_noted(self, question_id: str, note: str) -> list[Event]:
        return self._answers.noted(question_id, note)

    def answer_ended(self, question_id: str, summary: AnswerSummary) -> list[Event]:
        self._answered.append(question_id)
        return self._idle_or_paused(self._answers.ended(question_id, summary))

    def answer_failed(self, question_id: str, failure: Failure, summary: AnswerSummary) -> list[Event]:
        self._answered.append(question_id)
        return self._idle_or_paused(self._answers.failed(question_id, failure, summary))

    def answer_stopped(self, question_id: str, summary: AnswerSummary) -> list[Event]:
        """The provider let go of the interrupted answer."""
        events = self._answers.stopped(question_id, summary, is_last=self._is_closing)
        if self._is_stopping and events:
            return [*events, StageChanged(Stage.CLOSED), SessionClosed()]
        return self._idle_or_paused(events)

    # --- what the client says ---------------------------------------------------------------------------------------

    def _hear(self, chunk: AsrChunk) -> Iterable[Event]:
        if self.is_paused:
            return [Acknowledged(AsrChunk.kind, "paused", chunk.is_final, chunk.segment_id)]
        if not chunk.is_final:
            return PARTIAL_TAKEN
        if not chunk.text.strip():
            return [Refused(ErrorCode.EMPTY_QUESTION)]
        taken = Acknowledged(AsrChunk.kind, is_final=True, segment_id=chunk.segment_id, is_stored=True)
        if self._heard.knows(chunk.segment_id):
            return [taken]
        kept = self._keep(chunk)
        if chunk.is_asked:
            self._heard.ask()
            return [*kept, taken, StageChanged(Stage.WAITING_FOR_QUESTION)]
        return [*kept, taken, *self._judge(chunk.text)]

    def _keep(self, chunk: AsrChunk) -> list[Event]:
        final = self._heard.keep(chunk.text, chunk.segment_id)
        if final.language == self._language:
            return [final]
        self._language = final.language
        return [final, LanguageChanged(final.language)]

    def _judge(self, text: str) -> list[Event]:
        """Whether the final that was just kept is, or completes, a question."""
        verdict = self._detector.judge(text)
        if not verdict.is_question:
            return [StageChanged(Stage.WAITING_FOR_QUESTION)]
        question = self._question(
            text[verdict.start : verdict.end] or text, Trigger.DETECTED, verdict.confidence, verdict.reason, spoken_in=1
        )
        return [StageChanged(Stage.ANALYZING, question=question), *self._answers.ask(question)]

    def _control(self, action: Action) -> list[Event]:
        taken = Acknowledged(Control.kind)
        match action:
            case Action.PAUSE:
                self.is_paused = True
                return [taken, StageChanged(Stage.PAUSED)]
            case Action.RESUME:
                self.is_paused = False
                return [taken, StageChanged(Stage.LISTENING)]
            case Action.INSTANT_QUERY:
                return self._ask_instantly(taken)
            case Action.CANCEL:
                return [taken, *(self._answers.interrupt() or self._nothing_to_cancel())]
            case Action.STOP:
                return [taken, *self._stop()]

    def _ask_instantly(self, taken: Acknowledged) -> list[Event]:
        if self._heard.latest is None:
            return [Refused(ErrorCode.NO_FINAL_ASR)]
        spoken = self._heard.unasked() or [self._heard.latest]
        text = ("" if spoken[-1].language == "zh" else " ").join(final.text for final in spoken)
        question = self._question(text, Trigger.INSTANT, 1.0, "asked", spoken_in=len(spoken))
        return [taken, *self._answers.ask_now(question)]

    def _ask_typed(self, text: str) -> list[Event]:
        if not text.strip():
            return [Refused(ErrorCode.EMPTY_QUESTION)]
        question = self._question(text.strip(), Trigger.TYPED, 1.0, "asked")
        taken = Acknowledged(Ask.kind, is_stored=True)
        return [taken, StageChanged(Stage.ANALYZING, question=question), *self._answers.ask(question)]

    def _take_feedback(self, feedback: Feedback) -> list[Event]:
        if feedback.question_id not in self._answered:
            words = "The field `question_id` names no answered question of this session."
            return [Refused(ErrorCode.INVALID_MESSAGE, words, {"field": "question_id"})]
        given = FeedbackGiven(feedback.question_id, feedback.rating, feedback.comment.strip())
        return [given, Acknowledged(Feedback.kind, is_stored=True)]

    def _stop(self) -> list[Event]:
        self._is_stopping = True
        events = self.hang_up()
        if self.is_answering:
            return events
        return [*events, StageChanged(Stage.IDLE), StageChanged(Stage.CLOSED), SessionClosed()]

    def _nothing_to_cancel(self) -> list[Event]:
        return [] if self.is_answering else self._idle_or_paused([StageChanged(Stage.IDLE, "nothing to cancel")])

    def _question(
        self, text: str, trigger: Trigger, confidence: float, reason: str, *, spoken_in: int = 0
    ) -> AskedQuestion:
        """The question, which the last `spoken_in` finals hold, with the finals before them as its context."""
        if spoken_in:
            self._heard.ask()
        return AskedQuestion(
            self._new_id(),
            text,
            language_of(text),
            trigger,
            confidence,
            reason,
            self._heard.before(spoken_in),
            self._heard.latest_index,
        )

    def _idle_or_paused(self, events: list[Event]) -> list[Event]:
        """A paused session that falls idle says that it is still paused."""
        if self.is_paused and events and isinstance(events[-1], StageChanged):
            return [*events, StageChanged(Stage.PAUSED)]
        return events
