"""What goes out over one socket: in order, and never more than a client can take."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Iterator
from typing import Any, NamedTuple

from sessions_app.domain.protocol import CloseCode


class SlowClientError(Exception):
    """The client does not read what it is sent."""


class Stored(NamedTuple):
    """A frame that must not leave before `done`; where that gives an error's id, it leaves never."""

    done: asyncio.Future[str | None]
    on_failure: Callable[[str], None]


class Outbox:
    """The queue between a session and its socket, emptied by `run`. At most `max_frames` wait in it.

    A frame that need not wait passes the queue: it is sent where it is put, without a turn of the event loop.
    A client is too slow when more would have to wait, or when the network takes no frame for `send_timeout_s`.
    """

    __slots__ = (
        "_close_code",
        "_failure",
        "_idle",
        "_is_full",
        "_max_frames",
        "_queue",
        "_room",
        "_send",
        "_send_timeout_s",
        "_sending",
        "_wake",
    )

    def __init__(
        self, send: Callable[[dict[str, Any]], Awaitable[None]], max_frames: int, send_timeout_s: float
    ) -> None:
        self._send = send
        self._max_frames = max_frames
        self._send_timeout_s = send_timeout_s
        self._queue: deque[tuple[str, Stored | None]] = deque()
        self._sending: _Begun | None = None
        self._failure: Exception | None = None
        self._wake: asyncio.Future[None] | None = None
        self._room: asyncio.Event | None = None
        self._idle: asyncio.Event | None = None
        self._close_code: int | None = None
        self._is_full = False

    def put(self, text: str, stored: Stored | None = None) -> None:
        """Send a frame as soon as what was put before it is sent. After `close` nothing is taken."""
        if self._close_code is not None or self._is_full:
            return
        if stored is None and self._is_idle():
            self._begin(text)
            if self._sending is None and self._failure is None:
                return
        elif len(self._queue) >= self._max_frames:
            self._is_full = True
        else:
            self._queue.append((text, stored))
        self._wake_up()

    def close(self, code: int = CloseCode.NORMAL) -> None:
        """Let what is queued leave, then close the socket with `code`."""
        if self._close_code is None:
            self._close_code = code
            self._wake_up()

    async def has_room(self) -> None:
        """Wait until the client has taken half of what it may be owed. Whoever puts much waits for this first."""
        while len(self._queue) * 2 > self._max_frames and self._close_code is None and not self._is_full:
            self._room = self._room or asyncio.Event()
            self._room.clear()
            await self._room.wait()

    async def owes_nothing(self) -> None:
        """Wait until the client has taken everything. Whoever has to say what nothing must wait for does so first."""
        while not self._is_idle():
            self._idle = self._idle or asyncio.Event()
            self._idle.clear()
            await self._idle.wait()

    async def run(self) -> int:
        """Send until the outbox is closed; returns the close code. Raises `SlowClientError` and what sending raises."""
        while not self._is_full:
            if self._failure is not None:
                raise self._failure
            if self._sending is not None:
                await self._finish(self._sending)
            elif self._queue:
                await self._send_next()
            elif self._close_code is not None:
                return self._close_code
            else:
                self._wake = asyncio.get_running_loop().create_future()
                if self._idle is not None:
                    self._idle.set()
                await self._wake
        raise SlowClientError

    def _is_idle(self) -> bool:
        """Whether `run` waits for something to send."""
        return self._wake is not None and not self._wake.done()

    async def _send_next(self) -> None:
        text, stored = self._queue.popleft()
        if stored is not None and (error_id := await stored.done):
            stored.on_failure(error_id)
            return
        self._begin(text)
        if self._room is not None:
            self._room.set()

    def _begin(self, text: str) -> None:
        """Send as far as that goes without waiting, which is mostly all of it; `run` does the rest."""
        steps = iter(self._send({"type": "websocket.send", "text": text}).__await__())
        try:
            self._sending = _Begun(steps, next(steps))
        except StopIteration:
            pass
        except Exception as error:  # noqa: BLE001 - `run` raises it, which knows what to do about it
            self._failure = error

    async def _finish(self, sending: "_Begun") -> None:
        try:
            async with asyncio.timeout(self._send_timeout_s):
                await sending
        except TimeoutError:
            raise SlowClientError from None
        self._sending = None

    def _wake_up(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)
        if self._room is not None:
            self._room.set()


class _Begun(NamedTuple):
    """What remains of an awaitable whose first step was made outside of a task and gave what it waits for."""

    steps: Iterator[Any]
    waits_for: Any

    def __await__(self) -> Generator[Any, Any, None]:
        yield self.waits_for
        yield from self.steps
