"""A way to Redis that a test can shut."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest


class Door:
    """Stands before Redis. It can be shut, and refuses connections, or be jammed, and lets nothing through."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._tasks: set[Any] = set()
        self._server: Any = None
        self._port = 0
        self.passed = asyncio.Event()
        self.passed.set()

    @property
    def url(self) -> str:
        return urlunsplit(self._parts._replace(netloc=f"127.0.0.1:{self._port}"))

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.current_task())
        inner_reader, inner_writer = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        try:
            with suppress(asyncio.CancelledError):
                await asyncio.gather(self._copy(reader, inner_writer), self._copy(inner_reader, writer))
        finally:
            for end in (writer, inner_writer):
                end.close()
                with suppress(OSError, asyncio.CancelledError):
                    await end.wait_closed()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self.passed.wait()
                writer.write(data)
            writer.close()


@pytest.fixture
async def door(redis_url):
    door = Door(redis_url)
    await door.open()
    yield door
    await door.shut()
