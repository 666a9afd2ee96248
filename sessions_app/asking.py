"""Typed questions from outside of sockets, answered by the engine that sockets use and put on the same record."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any
from weakref import WeakValueDictionary

import msgspec
from django.conf import settings

from providers_app import gateway
from providers_app.contract import AnswerRequest, Dialogue, Origin, ProviderEvent
from sessions_app.archive import StoredSession, find_session
from sessions_app.choosing import check_choosable
from sessions_app.domain.beginning import Beginning, Limits, Past
from sessions_app.domain.conversation import Conversation
from sessions_app.domain.events import EndReason, Refused, StageChanged
from sessions_app.domain.protocol import Ask, ErrorCode, Rejection, Stage
from sessions_app.domain.questions import load_detector
from sessions_app.domain.rendering import Numbering
from sessions_app.feedback import pass_on
from sessions_app.journal import get_journal
from sessions_app.outbox import Outbox, SlowClientError
from sessions_app.presence import Live, get_presence
from sessions_app.records import SessionEnded, SessionOpened, SessionResumed
from sessions_app.runner import Ports, SessionRunner

HEARTBEAT_S = 15.0
TURN_PATIENCE_S = 5.0
"""How long a question waits for the one before it in its session, which may have been given up a moment ago."""
DRAIN_PATIENCE_S = 1.0
"""How long the answers that run may go on once the process is to end."""
LAST_STAGES = frozenset({Stage.IDLE, Stage.CLOSED})


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question as it comes in.

    `session` is the id of the one that it goes on with, and "" for a new one; `provider` is who shall answer, and ""
    for whoever does otherwise; `context` is what was said before, oldest first; `language` is "" for the question's.
    """

    question: str
    session: str = ""
    provider: str = ""
    context: tuple[str, ...] = ()
    language: str = ""
    origin: Origin = Origin.API


class Head(msgspec.Struct):
    """The fields of a frame that tell what it is."""

    type: str
    seq: int = 0
    stage: str = ""


head_of = msgspec.json.Decoder(Head).decode


class Asks:
    """The questions of this process that are answered outside of sockets."""

    def __init__(self) -> None:
        self._running: set[_Ask] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._is_draining = False

    async def frames(self, inquiry: Inquiry) -> AsyncGenerator[str]:
        """Ask, and yield what a socket would be sent, without its `ack`s; "" where nothing came for `HEARTBEAT_S`.

        Raises `Rejection` before the first frame. Closing it early cancels the answer at the provider; at its end,
        early or not, everything is on record.
        """
        self._admit()
        _check(inquiry)
        name = inquiry.session or str(uuid.uuid4())
        async with self._turn(name):
            stored = await _stored(inquiry)
            self._admit()  # others may have come while it waited
            ask = _Ask(inquiry, name, stored)
            self._running.add(ask)
            try:
                while (frame := await ask.next_frame()) is not None:
                    yield frame
            finally:
                self._running.discard(ask)
                await ask.leave()

    def drain(self) -> None:
        """The process is to end: take no more questions, and end those that are still answered in a moment."""
        self._is_draining = True
        asyncio.get_running_loop().call_later(DRAIN_PATIENCE_S, self._end_all)

    def _end_all(self) -> None:
        for ask in tuple(self._running):
            ask.end("the server is stopping", Refused(ErrorCode.SERVICE_UNAVAILABLE))

    def _admit(self) -> None:
        if self._is_draining or len(get_presence()) >= settings.MAX_SOCKETS:
            raise Rejection(ErrorCode.SERVICE_UNAVAILABLE)

    @asynccontextmanager
    async def _turn(self, name: str) -> AsyncIterator[None]:
        """The session's, for one question at a time. Raises `Rejection` where it does not come soon."""
        turn = self._turns.setdefault(name, asyncio.Lock())
        try:
            async with asyncio.timeout(TURN_PATIENCE_S):
                await turn.acquire()
        except TimeoutError:
            raise Rejection(ErrorCode.SESSION_BUSY) from None
        try:
            yield
        finally:
            turn.release()


@cache
def get_asks() -> Asks:
    """Those of this process."""
    return Asks()


def _check(inquiry: Inquiry) -> None:
    if not inquiry.question.strip():
        raise Rejection(ErrorCode.EMPTY_QUESTION)
    limit = settings.MAX_CHUNK_CHARS
    if len(inquiry.question) > limit:
        raise Rejection(ErrorCode.MESSAGE_TOO_LARGE, field="question", limit=limit)
    if sum(map(len, inquiry.context)) > limit:
        raise Rejection(ErrorCode.MESSAGE_TOO_LARGE, field="context", limit=limit)


async def _stored(inquiry: Inquiry) -> StoredSession | None:
    """The session that goes on, if any; raises `Rejection` where there is none such, or no such provider."""
    if inquiry.provider and inquiry.origin is Origin.API:
        await check_choosable(inquiry.provider)
    if not inquiry.session:
        return None
    stored = await find_session(inquiry.origin, inquiry.session, max_finals=settings.MAX_SESSION_FINALS)
    if stored is None:
        raise Rejection(ErrorCode.SESSION_NOT_FOUND)
    return stored


class _Ask:
    """One question that is being answered, in its session."""

    def __init__(self, inquiry: Inquiry, name: str, stored: StoredSession | None) -> None:
        self._inquiry = inquiry
        self._key = stored.key if stored else uuid.UUID(name)
        self._numbering = Numbering(name, stored.last_seq if stored else 0)
        self._frames: asyncio.Queue[str | None] = asyncio.Queue(1)
        self._outbox = Outbox(self._hand_over, settings.MAX_OUTGOING_FRAMES, settings.WS_SEND_TIMEOUT_S)
        self._end_reason = EndReason.DISCONNECTED
        dialogue = stored.dialogue if stored else Dialogue(str(self._key))
        dialogue.provider = inquiry.provider or dialogue.provider
        limits = Limits(settings.MAX_SESSION_FINALS, settings.MAX_WAITING_QUESTIONS)
        beginning = Beginning(limits, past=stored.past if stored else Past())
        conversation = Conversation(load_detector(), lambda: str(uuid.uuid4()), beginning)
        record = partial(get_journal().put, self._key)
        ports = Ports(
            self._outbox, record, self._answers, gateway.revision, partial(pass_on, self._key), self._outbox.close
        )
        self._runner = SessionRunner(conversation, self._numbering, ports, dialogue, inquiry.origin)
        opened = SessionOpened(name, is_server_made=True, client_key=inquiry.origin, provider=inquiry.provider)
        record(SessionResumed() if stored else opened)
        get_presence().enter(self._key, Live(self._end_by_operator, partial(setattr, dialogue, "provider")))
        self._sending = asyncio.create_task(self._send())
        self._is_over = False
        self._runner.receive(Ask(text=inquiry.question))

    async def next_frame(self) -> str | None:
        """The next one for the client, waited for; "" where none comes for `HEARTBEAT_S`, None after the last."""
        while not self._is_over:
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    frame = await self._frames.get()
            except TimeoutError:
                return ""
            head = head_of(frame) if frame else Head("", stage=Stage.CLOSED)
            self._is_over = head.stage in LAST_STAGES
            if frame and head.type != "ack":
                return frame
        return None

    def end(self, note: str, *events: Refused) -> None:
        """Let the frames end here."""
        self._runner.carry(*events, StageChanged(Stage.CLOSED, note))

    async def leave(self) -> None:
        """Cancel what still runs, and wait until all of it is on record."""
        await self._runner.hang_up()
        self._sending.cancel()
        await asyncio.wait([self._sending])
        await get_journal().put(self._key, SessionEnded(self._end_reason, self._numbering.seq))
        await get_presence().leave(self._key)

    def _end_by_operator(self) -> None:
        self._end_reason = EndReason.ENDED
        self.end("ended by an operator")

    def _answers(self, request: AnswerRequest, dialogue: Dialogue) -> AsyncGenerator[ProviderEvent]:
        """Ask the gateway, with what the engine cannot know of the question."""
        asked = self._inquiry
        known = replace(request, context=asked.context or request.context, language=asked.language or request.language)
        return gateway.ask(known, dialogue)

    async def _send(self) -> None:
        with suppress(SlowClientError):
            await self._outbox.run()
        await self._frames.put(None)

    async def _hand_over(self, event: dict[str, Any]) -> None:
        await self._frames.put(event["text"])
