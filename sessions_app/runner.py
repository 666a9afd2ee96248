"""Carries a conversation's events to the socket, the record and the provider. It owns the answering task."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from providers_app import contract
from sessions_app.domain.conversation import PARTIAL_TAKEN, Conversation
from sessions_app.domain.events import (
    Acknowledged,
    AnswerEnded,
    AnswerInterrupted,
    AnswerStarted,
    AskedQuestion,
    Event,
    Failure,
    FeedbackGiven,
    JudgingFailed,
    Promised,
    QuestionAsked,
    QuestionDropped,
    QuestionHeld,
    Recorded,
    Refused,
    SegmentCorrected,
    SegmentHeard,
    SessionClosed,
)
from sessions_app.domain.protocol import AsrChunk, ClientMessage, CloseCode, ErrorCode
from sessions_app.domain.rendering import Numbering, message_for, render
from sessions_app.incidents import report
from sessions_app.outbox import Outbox, Stored
from sessions_app.patience import Patience
from sessions_app.progress import Progress

LET_GO_TIMEOUT_S = 2.0
"""How long a provider may take to stop when nobody wants its answer any more."""
Recorder = Callable[[Recorded], asyncio.Future[str | None]]
"""Puts an event on record. The future is done when it is durable; it gives the id of the error if that failed."""


class Answerer(Protocol):
    """The gateway's one door."""

    def __call__(
        self, request: contract.AnswerRequest, dialogue: contract.Dialogue
    ) -> AsyncGenerator[contract.ProviderEvent]: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """What a session reaches the world by.

    `revision` gives another number when others answer. `pass_on` brings feedback that is on record to whoever wants it,
    and does not raise. `on_closed` is called when there is nothing more to say, and why.
    """

    outbox: Outbox
    record: Recorder
    ask: Answerer
    revision: Callable[[], int]
    pass_on: Callable[[FeedbackGiven], Coroutine[None, None, None]]
    on_closed: Callable[[CloseCode], None]


class SessionRunner:
    """One session while its socket is there. All methods belong to the event loop's thread.

    `dialogue` is what the gateway remembers of the session; `origin` says where its questions come from.
    """

    def __init__(
        self,
        conversation: Conversation,
        numbering: Numbering,
        ports: Ports,
        dialogue: contract.Dialogue,
        origin: contract.Origin = contract.Origin.SOCKET,
    ) -> None:
        self._conversation = conversation
        self._dialogue = dialogue
        self._origin = origin
        self._numbering = numbering
        self._outbox = ports.outbox
        self._record = ports.record
        self._ask = ports.ask
        self._revision = ports.revision
        self._answered_by = (self._dialogue.provider, self._revision())
        self._pass_on = ports.pass_on
        self._on_closed = ports.on_closed
        self._task: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()  # with those given up whose providers have not let go yet
        self._progress: dict[str, Progress] = {}
        self._patience = Patience(self._lose_patience)
        self._storing: dict[str, asyncio.Future[str | None]] = {}
        ack = message_for(PARTIAL_TAKEN[0])
        self._partial_ack = render(ack, numbering) if ack else ""

    def open(self, stored: asyncio.Future[str | None]) -> None:
        """Greet the client once the session itself is `stored`."""
        self._carry(self._conversation.open(), stored)

    def receive(self, message: ClientMessage) -> None:
        """Take in one client message; never waits."""
        if isinstance(message, AsrChunk) and message.is_final:
            self._notice_who_answers()
        events = self._conversation.receive(message, perf_counter())
        if events is PARTIAL_TAKEN:
            self._outbox.put(self._partial_ack)
        else:
            self._carry(events)

    def _notice_who_answers(self) -> None:
        before, self._answered_by = self._answered_by, (self._dialogue.provider, self._revision())
        if before != self._answered_by:
            self._conversation.forget_answers()

    def carry(self, *events: Event) -> None:
        """Bring about what events from outside the conversation ask for."""
        self._carry(events)

    async def hang_up(self) -> None:
        """End the session's work: the running answer is cancelled, its provider stopped, its row on record.

        An answer that is being cancelled already is only waited for: cancelling it again would cut its clean-up short.
        """
        self._carry(self._conversation.hang_up())
        self._patience.end()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LET_GO_TIMEOUT_S)
        if self._task is not None:
            self._settle(self._task.get_name())

    def _carry(self, events: Iterable[Event], stored: asyncio.Future[str | None] | None = None) -> None:
        """First what must be durable, then the provider, then what the client is told: the ack waits for the record."""
        for event in (events := list(events)):
            if isinstance(event, QuestionAsked):
                self._progress[event.question.id] = Progress(event.question.caused_at, perf_counter())
            if isinstance(event, Recorded):
                done = self._put_on_record(event)
                stored = stored or done
            elif isinstance(event, AnswerStarted):
                self._start(event.question)
            elif isinstance(event, AnswerInterrupted) and self._task is not None:
                self._let_go(self._task)
            elif isinstance(event, QuestionHeld):
                self._patience.hold(event)
            elif isinstance(event, JudgingFailed):
                report(event.error, "judging what was said")
        for event in events:
            self._tell(event, stored)

    def _lose_patience(self, held: QuestionHeld) -> None:
        self._carry(self._conversation.patience_over(held, perf_counter()))

    def _put_on_record(self, event: Recorded) -> asyncio.Future[str | None] | None:
        """The future of a record that an ack may wait for."""
        done = self._record(event)
        match event:
            case SegmentHeard(segment_id=str(name)) | SegmentCorrected(SegmentHeard(segment_id=str(name))):
                self._storing[name] = done
                done.add_done_callback(lambda done: self._settle_final(name, event, done))
            case QuestionDropped(question) | AnswerEnded(question):
                self._progress.pop(question.id, None)
            case FeedbackGiven():
                self._own(asyncio.create_task(self._pass_on_when(done, event)))
        return done if isinstance(event, Promised) else None

    async def _pass_on_when(self, stored: asyncio.Future[str | None], given: FeedbackGiven) -> None:
        if not await stored:
            await self._pass_on(given)

    def _own(self, task: asyncio.Task[None]) -> None:
        """The session waits for the task when it ends."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _settle_final(self, name: str, said: SegmentHeard | SegmentCorrected, done: asyncio.Future[str | None]) -> None:
        """From here on a final sent again is known, or, where it could not be stored, new."""
        if self._storing.get(name) is done:
            del self._storing[name]
        if done.result():
            self._conversation.forget(said)

    def _tell(self, event: Event, stored: asyncio.Future[str | None] | None) -> None:
        if isinstance(event, SessionClosed):
            self._on_closed(CloseCode.NORMAL)
        elif (message := message_for(event)) is not None:
            self._outbox.put(render(message, self._numbering), self._condition(event, stored))

    def _condition(self, event: Event, stored: asyncio.Future[str | None] | None) -> Stored | None:
        """What an ack has to wait for; a final sent again waits for the first one's record."""
        if not isinstance(event, Acknowledged) or not event.is_stored:
            return None
        segment_id = event.segment_id
        stored = stored or self._storing.get(segment_id or "")

        def refuse(error_id: str) -> None:
            named = {"segment_id": segment_id} if segment_id else {}
            self.carry(Refused(ErrorCode.SERVER_ERROR, details={"error_id": error_id} | named))
            if not event.received_type:  # the session itself could not be stored
                self._on_closed(CloseCode.SERVER_ERROR)

        return Stored(stored, refuse) if stored else None

    # --- the answering task -----------------------------------------------------------------------------------------

    def _start(self, question: AskedQuestion) -> None:
        self._task = asyncio.create_task(self._answer(question), name=question.id)
        self._own(self._task)
        self._task.add_done_callback(lambda task: self._settle(task.get_name()))

    def _let_go(self, task: asyncio.Task[None]) -> None:
        """Cancel the answering task; a provider that does not stop in time is not waited for any longer."""
        task.cancel()
        patience = asyncio.get_running_loop().call_later(LET_GO_TIMEOUT_S, self._settle, task.get_name())
        task.add_done_callback(lambda _: patience.cancel())

    def _settle(self, question_id: str) -> None:
        """The task has ended, or is given up: if its answer was interrupted, go on from there, once."""
        progress = self._progress.get(question_id)
        if progress is not None:
            self._carry(self._conversation.answer_stopped(question_id, progress.summary()))

    async def _answer(self, question: AskedQuestion) -> None:
        """Stream the provider's answer through the conversation to the client."""
        progress = self._progress[question.id]
        request = contract.AnswerRequest(
            question.text, question.context, question.language, self._origin, only_known=question.only_known
        )
        try:
            async with aclosing(self._ask(request, self._dialogue)) as events:
                async for event in events:
                    self.carry(*progress.take(event, question, self._conversation))
                    await self._outbox.has_room()
            self.carry(*self._conversation.answer_ended(question.id, progress.summary()))
        except contract.ProviderError as error:
            has_nobody = error.reason is contract.ErrorReason.NOT_CONFIGURED
            code = ErrorCode.SERVICE_UNAVAILABLE if has_nobody else ErrorCode.RAG_ERROR
            self._fail(question.id, Failure(code, error.reason), progress)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an end and the log a name
            failure = Failure(ErrorCode.SERVER_ERROR, "internal", report(error, "answering"))
            self._fail(question.id, failure, progress)

    def _fail(self, question_id: str, failure: Failure, progress: Progress) -> None:
        self.carry(*self._conversation.answer_failed(question_id, failure, progress.summary()))
