"""The least that is a WebSocket client, so that the load generator is never what is measured."""

import asyncio
import base64
import json
import os
from collections.abc import Callable  # noqa: TC003 - annotates attributes
from typing import Any

from django.conf import settings

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
CONNECT_AT_ONCE = 50


def frame(message: dict[str, Any]) -> bytes:
    """A text frame of a client, masked with zeros: the server has the work of a mask, this side has not."""
    return _framed(TEXT, json.dumps(message, ensure_ascii=False).encode())


def _framed(opcode: int, payload: bytes) -> bytes:
    assert len(payload) < 126
    return bytes((0x80 | opcode, 0x80 | len(payload))) + bytes(4) + payload


class Socket(asyncio.Protocol):
    """One connection. Each text that comes is handed to `on_text`, as bytes."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._unread = bytearray()
        self.on_text: Callable[[bytes], None] = lambda _: None
        self.is_open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {settings.WS_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if not self.is_open.done():
            head, end, rest = self._unread.partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(b"HTTP/1.1 101"), head.decode()
            self._unread = rest
            self.is_open.set_result(None)
        while self._take_frame():
            pass

    def _take_frame(self) -> bool:
        unread = self._unread
        if len(unread) < 2:
            return False
        length, start = unread[1], 2
        if length > 125:
            start = 4 if length == 126 else 10
            length = int.from_bytes(unread[2:start])
        if len(unread) < start + length:
            return False
        opcode, payload = unread[0] & 0xF, bytes(unread[start : start + length])
        del unread[: start + length]
        if opcode == TEXT:
            self.on_text(payload)
        elif opcode == PING:
            self.transport.write(_framed(PONG, payload))
        else:
            assert opcode == CLOSE
        return True


async def connect(port: int, count: int) -> list[Socket]:
    """Open `count` sockets, some at a time."""
    loop = asyncio.get_running_loop()
    sockets: list[Socket] = []
    while len(sockets) < count:
        some = range(min(CONNECT_AT_ONCE, count - len(sockets)))
        opened = await asyncio.gather(*(loop.create_connection(lambda: Socket(port), "127.0.0.1", port) for _ in some))
        sockets += [protocol for _, protocol in opened]
        await asyncio.gather(*(each.is_open for each in sockets[-len(some) :]))
    return sockets


def disconnect(sockets: list[Socket]) -> None:
    for each in sockets:
        each.transport.close()
