"""The engine: a message in, events out. It holds no clock, does no I/O and never waits."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from sessions_app.domain.answering import AnswerQueue
from sessions_app.domain.asking import Asking
from sessions_app.domain.beginning import KNOWN_QUESTIONS, Beginning, introducing
from sessions_app.domain.events import (
    Acknowledged,
    AnswerSource,
    AnswerSummary,
    Event,
    Failure,
    FeedbackGiven,
    JudgingFailed,
    LanguageChanged,
    OptionsChanged,
    QuestionHeld,
    Refused,
    SegmentCorrected,
    SegmentHeard,
    SessionClosed,
    StageChanged,
)
from sessions_app.domain.hearing import Hearing
from sessions_app.domain.listening import UNFINISHED, Listening
from sessions_app.domain.options import SessionOptions
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
    Options,
    Stage,
)
from sessions_app.domain.questions import Detector

PARTIAL_TAKEN = (Acknowledged(AsrChunk.kind, is_final=False),)


class Conversation:
    """The dialogue with a client, in which one or several people speak. `new_id` makes names for questions."""

    def __init__(self, detector: Detector, new_id: Callable[[], str], beginning: Beginning) -> None:
        limits, past = beginning.limits, beginning.past
        self._listening = Listening(detector, beginning.options)
        self._heard = Hearing(past.finals, past.next_index, max_finals=limits.finals)
        self._language = self._heard.latest.language if self._heard.latest else ""
        self._answered = deque(past.questions, maxlen=KNOWN_QUESTIONS)
        self._answers = AnswerQueue(max_waiting=limits.waiting_questions)
        self._asking = Asking(self._heard, self._listening, self._answers, new_id)
        self.is_paused = beginning.is_paused
        self._owes_options = beginning.is_switch
        self._is_closing = False
        self._is_stopping = False

    @property
    def is_answering(self) -> bool:
        """Whether a provider is still at work for this session."""
        return self._answers.running is not None

    @property
    def options(self) -> SessionOptions:
        """How the session is listened to."""
        return self._listening.options

    def open(self) -> list[Event]:
        """Greet the client."""
        greeting = Acknowledged(message="connected", is_stored=True, options=self.options)
        return [greeting, StageChanged(Stage.LISTENING)]

    def receive(self, message: ClientMessage, at: float) -> Iterable[Event]:
        """Take in what the client says, at `at` in seconds; nothing counts any more once it has said `stop`."""
        if self._is_closing:
            return ()
        events = self._hear(message, at) if isinstance(message, AsrChunk) else self._take(message, at)
        if self._owes_options:
            events = introducing(self.options, events)
            self._owes_options = not any(isinstance(event, Acknowledged) for event in events)
        return events

    def _take(self, message: ClientMessage, at: float) -> list[Event]:
        match message:
            case Keepalive() | BatchWatch():
                return [Acknowledged(message.kind)]
            case Control():
                return self._control(message.action, at)
            case Ask():
                return self._ask_typed(message.text, at)
            case Feedback():
                return self._take_feedback(message)
            case Options():
                return self._listen_otherwise(message)
        return []

    def patience_over(self, held: QuestionHeld, at: float) -> list[Event]:
        """The time is over in which a question that was held might have been ended."""
        if self._is_closing or self.is_paused:
            return []
        return self._asking.act_on(self._listening.patience_over(held, at), at)

    def forget_answers(self) -> None:
        """Others answer now: a question that is said again is asked again."""
        self._listening.recent.forget_all()

    def forget(self, lost: SegmentHeard | SegmentCorrected) -> None:
        """A final, or its correction, could not be stored: sent again under the same id, it counts as new."""
        if isinstance(lost, SegmentCorrected):
            self._heard.doubt(lost.segment.segment_id)
        else:
            self._heard.forget(lost)
            self._listening.forget(lost)

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
        return self._settle(question_id, self._answers.ended(question_id, summary))

    def answer_failed(self, question_id: str, failure: Failure, summary: AnswerSummary) -> list[Event]:
        return self._settle(question_id, self._answers.failed(question_id, failure, summary))

    def answer_stopped(self, question_id: str, summary: AnswerSummary) -> list[Event]:
        """The provider let go of the interrupted answer."""
        events = self._answers.stopped(question_id, summary, is_last=self._is_closing)
        self._listening.recent.settled(events)
        if self._is_stopping and events:
            return [*events, StageChanged(Stage.CLOSED), SessionClosed()]
        return self._idle_or_paused(events)

    # --- what the client says ---------------------------------------------------------------------------------------

    def _hear(self, chunk: AsrChunk, at: float) -> Iterable[Event]:
        if self.is_paused:
            return [Acknowledged(AsrChunk.kind, "paused", chunk.is_final, chunk.segment_id)]
        if not chunk.is_final:
            self._listening.speaking(chunk.speaker or "", at)
            return PARTIAL_TAKEN
        if not chunk.text.strip():
            return [Refused(ErrorCode.EMPTY_QUESTION)]
        taken = Acknowledged(AsrChunk.kind, is_final=True, segment_id=chunk.segment_id, is_stored=True)
        if self._heard.knows(chunk.segment_id):
            return self._correct(chunk, taken, at)
        return self._keep(chunk, taken, at)

    def _keep(self, chunk: AsrChunk, taken: Acknowledged, at: float) -> list[Event]:
        final = self._heard.keep(chunk)
        changed: list[Event] = [] if final.language == self._language else [LanguageChanged(final.language)]
        self._language = final.language
        if chunk.is_asked:
            self._asking.end_utterances()
            return [final, *changed, taken, StageChanged(Stage.WAITING_FOR_QUESTION)]
        judgement, findings = self._listening.take(final, chunk, at)
        said = self._asking.act_on(findings, at)
        if all(isinstance(event, JudgingFailed) for event in said):
            said.append(StageChanged(Stage.WAITING_FOR_QUESTION))
        if isinstance(said[-1], QuestionHeld):
            said.insert(0, StageChanged(Stage.WAITING_FOR_QUESTION, UNFINISHED))
        return [replace(final, judgement=judgement), *changed, taken, *said]

    def _correct(self, chunk: AsrChunk, taken: Acknowledged, at: float) -> list[Event]:
        """A final came again: as it was, or with other words, which may ask something else."""
        final = self._heard.correct(chunk)
        if final is None:
            return [taken]
        judgement, findings = (None, ()) if chunk.is_asked else self._listening.correct(final, at)
        return [SegmentCorrected(replace(final, judgement=judgement)), taken, *self._asking.act_on(findings, at)]

    def _control(self, action: Action, at: float) -> list[Event]:
        taken = Acknowledged(Control.kind)
        match action:
            case Action.PAUSE:
                self.is_paused = True
                return [taken, StageChanged(Stage.PAUSED)]
            case Action.RESUME:
                self.is_paused = False
                return [taken, StageChanged(Stage.LISTENING)]
            case Action.INSTANT_QUERY:
                return self._ask_instantly(taken, at)
            case Action.CANCEL:
                return [taken, *self._listening.recent.settled(self._answers.cancel() or self._nothing_to_cancel())]
            case Action.STOP:
                return [taken, *self._stop()]

    def _ask_instantly(self, taken: Acknowledged, at: float) -> list[Event]:
        if self._heard.latest is None:
            return [Refused(ErrorCode.NO_FINAL_ASR)]
        return [taken, *self._asking.instantly(at)]

    def _ask_typed(self, text: str, at: float) -> list[Event]:
        if not text.strip():
            return [Refused(ErrorCode.EMPTY_QUESTION)]
        return [Acknowledged(Ask.kind, is_stored=True), *self._asking.typed(text.strip(), at)]

    def _listen_otherwise(self, changes: Options) -> list[Event]:
        options = self.options.changed_by(changes)
        self._listening.options = options
        return [OptionsChanged(options), Acknowledged(Options.kind, is_stored=True, options=options)]

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

    def _settle(self, question_id: str, events: list[Event]) -> list[Event]:
        """An answer has ended: feedback to it may come."""
        self._answered.append(question_id)
        return self._idle_or_paused(self._listening.recent.settled(events))

    def _idle_or_paused(self, events: list[Event]) -> list[Event]:
        """A paused session that falls idle says that it is still paused."""
        if self.is_paused and events and isinstance(events[-1], StageChanged):
            return [*events, StageChanged(Stage.PAUSED)]
        return events
