"""The socket. Channels' own dispatch makes a thread hop for each message; this consumer has its own loops instead."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from channels.consumer import AsyncConsumer
from django.conf import settings

from providers_app import gateway
from providers_app.contract import Dialogue
from sessions_app.archive import StoredSession, find_session
from sessions_app.choosing import check_choosable
from sessions_app.defaults import defaults
from sessions_app.domain.beginning import Beginning, Limits, Past
from sessions_app.domain.conversation import Conversation
from sessions_app.domain.events import EndReason, Refused, StageChanged
from sessions_app.domain.protocol import BatchWatch, CloseCode, ErrorCode, Rejection, Stage, parse
from sessions_app.domain.questions import load_detector
from sessions_app.domain.rendering import Numbering, message_for, render
from sessions_app.feedback import pass_on
from sessions_app.incidents import report
from sessions_app.journal import get_journal
from sessions_app.outbox import Outbox, SlowClientError
from sessions_app.presence import Live, get_presence
from sessions_app.records import SessionEnded, SessionOpened, SessionResumed
from sessions_app.runner import Ports, SessionRunner
from sessions_app.watching import Watches

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
CLOSE_TIMEOUT_S = 5.0
"""How long a client that reads nothing has to take the close code, before the connection is just cut."""


def new_id() -> str:
    return str(uuid.uuid4())


def _is_too_large(frame: str | bytes, limit: int) -> bool:
    """Whether the frame has more bytes than `limit`; a character has four at most."""
    if isinstance(frame, str) and len(frame) * 4 > limit:
        return len(frame.encode(errors="surrogatepass")) > limit
    return len(frame) > limit


class RealtimeConsumer(AsyncConsumer):  # type: ignore[misc] # channels has no types
    """One socket: a loop that receives, the outbox that sends, and the session that the client is in."""

    _conversation: Conversation | None = None
    _is_paused = False

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self.scope = scope
        await receive()
        self._options = await defaults.current()
        wanted = parse_qs(scope.get("query_string", b"").decode(errors="replace")).get("provider", [""])[-1]
        refusal = await self._choose(wanted)
        await send({"type": "websocket.accept"})
        if len(get_presence()) >= settings.MAX_SOCKETS:  # nothing is waited for from here until it is counted
            await self._turn_away(send)
            return
        self._client_key = uuid.uuid4().hex
        self._outbox = Outbox(send, settings.MAX_OUTGOING_FRAMES, settings.WS_SEND_TIMEOUT_S)
        self._watches = Watches(self._outbox, lambda: self._numbering, self._refuse)
        self._end_reason = EndReason.DISCONNECTED
        self._max_bytes, self._max_chars = settings.WS_MAX_MESSAGE_BYTES, settings.MAX_CHUNK_CHARS
        self._provider = "" if refusal else wanted
        self._enter(uuid.uuid4(), None)
        if refusal:
            self._refuse(refusal)
        code = await self._exchange(receive)
        with suppress(OSError, TimeoutError, RuntimeError):  # whoever is gone, or does not read, need not hear it
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await send({"type": "websocket.close", "code": int(code)})

    @staticmethod
    async def _choose(provider: str) -> Refused | None:
        """Why the socket does not get the provider that its client wants, if it wants one."""
        try:
            if provider:
                await check_choosable(provider)
        except Rejection as rejection:
            return Refused(rejection.code, f"{rejection.message} The active one answers.", rejection.details)
        return None

    @staticmethod
    async def _turn_away(send: Send) -> None:
        refusal = message_for(Refused(ErrorCode.SERVICE_UNAVAILABLE))
        if refusal is not None:
            await send({"type": "websocket.send", "text": render(refusal, Numbering(new_id()))})
        await send({"type": "websocket.close", "code": int(CloseCode.TRY_AGAIN_LATER)})

    async def _exchange(self, receive: Receive) -> int:
        """Receive and send until one of the two is done, leave nothing behind, and return the close code."""
        receiving = asyncio.create_task(self._receive(receive))
        receiving.add_done_callback(lambda _: self._outbox.close())
        try:
            return await self._outbox.run()
        except SlowClientError:
            return CloseCode.SLOW_CLIENT
        except (OSError, RuntimeError):  # how servers say that the socket is closed, or about to be
            return CloseCode.NORMAL
        finally:
            receiving.cancel()
            await asyncio.wait([receiving])
            await self._watches.end()
            await self._leave(self._end_reason)
            await get_presence().leave(self._session)

    async def _receive(self, receive: Receive) -> None:
        while (event := await receive())["type"] == "websocket.receive":
            await self._outbox.has_room()
            frame = event.get("text")
            if frame is None:
                frame = event["bytes"]
            try:
                await self._take(frame)
            except Exception as error:  # noqa: BLE001 - one bad moment must not end the session
                error_id = report(error, "taking a frame")
                self._refuse(Refused(ErrorCode.SERVER_ERROR, details={"error_id": error_id}))

    async def _take(self, frame: str | bytes) -> None:
        if _is_too_large(frame, self._max_bytes):
            self._refuse(Refused(ErrorCode.MESSAGE_TOO_LARGE, details={"limit": self._max_bytes}))
            self._outbox.close(CloseCode.MESSAGE_TOO_LARGE)
            return
        try:
            message = parse(frame, max_text_chars=self._max_chars)
            if message.session_id is not None and message.session_id != self._name:
                await self._switch(message.session_id)
        except Rejection as rejection:
            self._refuse(Refused(rejection.code, rejection.message, rejection.details))
        else:
            self._runner.receive(message)
            if isinstance(message, BatchWatch):
                self._watches.begin(message.task_id)

    # --- which session the client is in -----------------------------------------------------------------------------

    async def _switch(self, name: str) -> None:
        """Go to the client's session of that name, or begin it. Raises `Rejection` as `find_session` does."""
        stored = await find_session(self._client_key, name, max_finals=settings.MAX_SESSION_FINALS)
        left = self._session
        await self._leave(EndReason.SWITCHED)
        self._enter(stored.key if stored else uuid.uuid4(), name, stored)
        await get_presence().leave(left)

    def _enter(self, key: uuid.UUID, name: str | None, stored: StoredSession | None = None) -> None:
        """Take up a session. One without a name is the socket's first: it gets a name, and the client a greeting."""
        self._session, self._name = key, name or str(key)
        self._numbering = Numbering(self._name, stored.last_seq if stored else 0)
        limits = Limits(settings.MAX_SESSION_FINALS, settings.MAX_WAITING_QUESTIONS)
        if self._conversation is not None:
            self._options, self._is_paused = self._conversation.options, self._conversation.is_paused
        options, past = (stored.options, stored.past) if stored else (self._options, Past())
        beginning = Beginning(limits, options, past, self._is_paused, is_switch=name is not None)
        self._conversation = Conversation(load_detector(), new_id, beginning)
        record = partial(get_journal().put, key)
        ports = Ports(self._outbox, record, gateway.ask, gateway.revision, partial(pass_on, key), self._close)
        dialogue = stored.dialogue if stored else Dialogue(str(key), self._provider)
        self._runner = SessionRunner(self._conversation, self._numbering, ports, dialogue)
        begun = SessionOpened(self._name, name is None, self._client_key, dialogue.provider, options)
        opened = record(SessionResumed() if stored else begun)
        get_presence().enter(key, Live(self._end_by_operator, partial(setattr, dialogue, "provider")))
        if name is None:
            self._runner.open(opened)

    async def _leave(self, reason: EndReason) -> None:
        await self._runner.hang_up()
        await get_journal().put(self._session, SessionEnded(reason, self._numbering.seq))

    def _refuse(self, refusal: Refused) -> None:
        self._runner.carry(refusal)

    def _close(self, code: CloseCode) -> None:
        if code is CloseCode.NORMAL:
            self._end_reason = EndReason.STOPPED
        self._outbox.close(code)

    def _end_by_operator(self) -> None:
        self._runner.carry(StageChanged(Stage.CLOSED, "ended by an operator"))
        self._end_reason = EndReason.ENDED
        self._outbox.close()
