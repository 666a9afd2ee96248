"""What goes out over one socket: in order, and never more than a client can take."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
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

    A client is too slow when more would have to wait, or when the network takes no frame for `send_timeout_s`.
    """

    __slots__ = ("_close_code", "_is_full", "_max_frames", "_queue", "_room", "_send", "_send_timeout_s", "_wake")

    def __init__(self, send: Callable[[dict[str, Any]], Awaitable[None]], max_frames: int, send_timeout_s: float) -> None:
        self._send = send
        self._max_frames = max_frames
        self._send_timeout_s = send_timeout_s
        self._queue: deque[tuple[str, Stored | None]] = deque()
        self._wake: asyncio.Future[None] | None = None
        self._room: asyncio.Event | None = None
        self._close_code: int | None = None
        self._is_full = False

    def put(self, text: str, stored: Stored | None = None) -> None:
        """Queue a frame. After `close` nothing is taken."""
        if self._close_code is not None or self._is_full:
            return
        if len(self._queue) >= self._max_frames:
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

    async def run(self) -> int:
        """Send until the outbox is closed; returns the close code. Raises `SlowClientError`."""
        while not self._is_full:
            if self._queue:
                await self._send_next()
            elif self._close_code is not None:
                return self._close_code
            else:
                self._wake = asyncio.get_running_loop().create_future()
                await self._wake
        raise SlowClientError

    async def _send_next(self) -> None:
        text, stored = self._queue.popleft()
        if stored is not None and (error_id := await stored.done):
            stored.on_failure(error_id)
            return
        try:
            async with asyncio.timeout(self._send_timeout_s):
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError:
            raise SlowClientError from None
        if self._room is not None:
            self._room.set()

    def _wake_up(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)
        if self._room is not None:
            self._room.set()
