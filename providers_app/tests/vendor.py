"""A vendor for adapters to talk to: it says bytes that were recorded, and tells what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from providers_app import registry
from providers_app.contract import AnswerProvider, AnswerRequest, ProviderEvent
from providers_app.definition import Connection

Piece = bytes | Exception | asyncio.Event
"""What comes next over the wire: bytes, a failure of the connection, or nothing until somebody sets the event."""


@dataclass
class Stream(httpx.AsyncByteStream):
    """A body in the packets given. `is_read` is set when the client reads; `is_closed` when it has let go of it."""

    pieces: Iterable[Piece]
    is_closed: bool = False
    is_read: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.is_read.set()
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            if isinstance(piece, asyncio.Event):
                await piece.wait()
            else:
                yield piece

    async def aclose(self) -> None:
        self.is_closed = True


@dataclass
class FakeVendor:
    """Gives the `replies` in turn (the last one again and again); `requests` are those it got."""

    replies: list[httpx.Response | Exception] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def says(self, *pieces: Piece, status: int = 200, kind: str = "text/event-stream", **headers: str) -> Stream:
        """Queue a reply with the body `pieces`."""
        stream = Stream(pieces)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.replies.append(httpx.Response(status, headers={"content-type": kind, **headers}, stream=stream))
        return stream

    def says_json(self, body: Any, status: int = 200, **headers: str) -> Stream:
        return self.says(json.dumps(body).encode(), status=status, kind="application/json", **headers)

    def provider(
        self, kind: str, base_url: str = "https://vendor.example", key: str = "key-1234", **options: Any
    ) -> AnswerProvider:
        """A provider of that kind whose vendor this is."""
        made: Any = registry._class(kind)
        connection = Connection(kind, base_url, key)
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._reply))
        provider: AnswerProvider = made(connection, made.traits.options(**options), client)
        return provider

    @property
    def bodies(self) -> list[Any]:
        """The JSON bodies of the requests."""
        return [json.loads(request.content) for request in self.requests]

    def _reply(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply


def sse(*data: Any) -> bytes:
    """Server-sent events whose `data` are these objects, or strings as they are."""
    lines = (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in data)
    return "".join(f"data: {line}\n\n" for line in lines).encode()


async def events_of(provider: AnswerProvider, question: str = "why", **request: Any) -> list[ProviderEvent]:
    """Everything that the provider says to a question."""
    return [event async for event in provider.answer(AnswerRequest(question, **request))]
