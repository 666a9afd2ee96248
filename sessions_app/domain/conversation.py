"""The engine: a message in, events out. It holds no clock, does no I/O and never waits."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from sessions_app.domain.answering import AnswerQueue
from sessions_app.domain.events import (
    Acknowledged,
    AnswerSource,
    AnswerSummary,
    AskedQuestion,
    Event,
    Failure,
    LanguageChanged,
    Refused,
    SegmentHeard,
    SessionClosed,
    StageChanged,
    Trigger,
)
from sessions_app.domain.protocol import Action, Ask, AsrChunk, ClientMessage, Control, ErrorCode, Keepalive, Stage
from sessions_app.domain.questions import Context, Detector, language_of

CONTEXT_FINALS = 6
"""How many finals a detector looks back on, and a provider gets with a question."""
PARTIAL_TAKEN = (Acknowledged(AsrChunk.kind, is_final=False),)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one session may hold in memory: finals, and questions that wait for the running answer."""

    finals: int = 1_000
    waiting_questions: int = 8


@dataclass(frozen=True, slots=True)
class Past:
    """What was heard in a session before it is taken up again: the latest finals, oldest first, and the next number."""

    finals: tuple[SegmentHeard, ...] = ()
    next_index: int = 0


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
        past: Past = Past(),
        is_paused: bool = False,
    ) -> None:
        self._detector = detector
        self._new_id = new_id
        self._finals: deque[SegmentHeard] = deque(past.finals, maxlen=limits.finals)
        self._known_ids = {final.segment_id for final in self._finals if final.segment_id}
        self._next_index = self._asked_up_to = past.next_index
        self._language = self._finals[-1].language if self._finals else ""
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
            case Keepalive():
                return [Acknowledged(Keepalive.kind)]
            case Control():
                return self._control(message.action)
            case Ask():
                return self._ask_typed(message.text)

    def forget(self, segment_id: str | None) -> None:
        """A final could not be stored: sent again under the same id, it counts as new."""
        self._known_ids.discard(segment_id)

    def hang_up(self) -> list[Event]:
        """The client leaves; what runs is interrupted, what waits is given up."""
        self._is_closing = True
        return [*self._answers.drop_waiting(), *self._answers.interrupt()]

    # --- what the provider of the running answer says ---------------------------------------------------------------

    def sources_found(self, question_id: str, sources: tuple[AnswerSource, ...]) -> list[Event]:
        return self._answers.sources_found(question_id, sources)

    def answer_delta(self, question_id: str, text: str) -> list[Event]:
        return self._answers.delta(question_id, text)

    def answer_ended(self, question_id: str, summary: AnswerSummary) -> list[Event]:
        return self._idle_or_paused(self._answers.ended(question_id, summary))

    def answer_failed(self, question_id: str, failure: Failure, summary: AnswerSummary) -> list[Event]:
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
        if chunk.segment_id in self._known_ids:
            return [taken]
        return [*self._keep(chunk), taken, *self._judge(chunk.text)]

    def _keep(self, chunk: AsrChunk) -> list[Event]:
        final = SegmentHeard(self._next_index, chunk.text, language_of(chunk.text), chunk.segment_id)
        if len(self._finals) == self._finals.maxlen:
            self._known_ids.discard(self._finals[0].segment_id)
        self._finals.append(final)
        if final.segment_id:
            self._known_ids.add(final.segment_id)
        self._next_index += 1
        if final.language == self._language:
            return [final]
        self._language = final.language
        return [final, LanguageChanged(final.language)]

    def _judge(self, text: str) -> list[Event]:
        """Whether the final that was just kept is, or completes, a question."""
        recent = tuple(final.text for final in self._unasked()[:-1])
        verdict = self._detector.judge(text, Context(recent))
        if not verdict.is_question:
            return [StageChanged(Stage.WAITING_FOR_QUESTION)]
        question = self._question(
            verdict.question or text, Trigger.DETECTED, verdict.confidence, verdict.reason, spoken_in=1
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
        if not self._finals:
            return [Refused(ErrorCode.NO_FINAL_ASR)]
        spoken = self._unasked() or [self._finals[-1]]
        text = ("" if spoken[-1].language == "zh" else " ").join(final.text for final in spoken)
        question = self._question(text, Trigger.INSTANT, 1.0, "asked", spoken_in=len(spoken))
        return [taken, *self._answers.ask_now(question)]

    def _ask_typed(self, text: str) -> list[Event]:
        if not text.strip():
            return [Refused(ErrorCode.EMPTY_QUESTION)]
        question = self._question(text.strip(), Trigger.TYPED, 1.0, "asked")
        taken = Acknowledged(Ask.kind, is_stored=True)
        return [taken, StageChanged(Stage.ANALYZING, question=question), *self._answers.ask(question)]

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
        before = islice(reversed(self._finals), spoken_in, spoken_in + CONTEXT_FINALS)
        context = tuple(final.text for final in before)[::-1]
        if spoken_in:
            self._asked_up_to = self._next_index
        heard_at = self._next_index - 1 if self._finals else None
        return AskedQuestion(
            self._new_id(), text, language_of(text), trigger, confidence, reason, context, segment_index=heard_at
        )

    def _unasked(self) -> list[SegmentHeard]:
        """The latest finals that are in no question yet, oldest first."""
        latest = islice(reversed(self._finals), CONTEXT_FINALS)
        return [final for final in latest if final.index >= self._asked_up_to][::-1]

    def _idle_or_paused(self, events: list[Event]) -> list[Event]:
        """A paused session that falls idle says that it is still paused."""
        if self.is_paused and events and isinstance(events[-1], StageChanged):
            return [*events, StageChanged(Stage.PAUSED)]
        return events
