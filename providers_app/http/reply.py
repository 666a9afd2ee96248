"""A vendor's reply, while it is being read."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, suppress
from typing import Any, TypeVar

import httpx
import msgspec
from httpx_sse import EventSource

from providers_app.contract import ErrorReason, ProviderError
from providers_app.http.failures import malformed, mapped

LINGER_S = 0.1
"""How long an event stream is heard after `[DONE]`."""
MAX_REPLY_BYTES = 32_000_000
T = TypeVar("T")
Explain = Callable[[int, Any], ProviderError | None]
"""Tells a vendor's own error from a status and the decoded JSON body (None where it is none); None for "as usual"."""


class Reply:
    """A vendor's reply whose status is fine, while it is being read. What is read of it is closed with it.

    `is_done` says that `[DONE]` has ended its events, so that none is missing.
    """

    def __init__(self, response: httpx.Response, explain: Explain, closing: AsyncExitStack) -> None:
        self._response = response
        self._explain = explain
        self._closing = closing
        self.is_done = False
        response.stream = _Bounded(response.stream)
        response.encoding = "utf-8-sig"  # event streams and JSON are, whatever their header says

    @property
    def content_type(self) -> str:
        return str(self._response.headers.get("content-type", "")).lower()

    @property
    def is_event_stream(self) -> bool:
        return "text/event-stream" in self.content_type

    @property
    def has_body(self) -> bool:
        return self._response.status_code != httpx.codes.NO_CONTENT

    def events(self) -> AsyncGenerator[Any]:
        """The decoded `data` of each server-sent event, which is an object; `[DONE]` ends them.

        What is no JSON object (a comment, a ping, one malformed line) is skipped. A reply that is no event stream at
        all is an error which the vendor sends with status 200.
        """
        return self._closed_at_the_end(self._events())

    def lines(self) -> AsyncGenerator[str]:
        """The lines of the reply, as `lines_of` has them."""
        return self._closed_at_the_end(lines_of(self.text()))

    def text(self) -> AsyncGenerator[str]:
        """The reply's text, in the pieces in which it comes."""
        return self._closed_at_the_end(self._text())

    async def json(self) -> Any:
        """The whole reply."""
        with mapped():
            body = await self._response.aread()
        try:
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise malformed("no JSON") from None

    def _closed_at_the_end(self, generator: AsyncGenerator[T]) -> AsyncGenerator[T]:
        self._closing.push_async_callback(generator.aclose)
        return generator

    async def _events(self) -> AsyncGenerator[Any]:
        if not self.is_event_stream:
            raise self._explain(self._response.status_code, await self.json()) or malformed("no event stream")
        with mapped():
            async with aclosing(EventSource(self._response).aiter_sse()) as events:
                async for event in events:
                    if event.data.strip() == "[DONE]":
                        self.is_done = True
                        await hear_out(events, LINGER_S)
                        return
                    if isinstance(data := decoded(event.data), dict):
                        yield data

    async def _text(self) -> AsyncGenerator[str]:
        with mapped():
            async for text in self._response.aiter_text():
                yield text


async def lines_of(texts: AsyncIterator[str]) -> AsyncGenerator[str]:
    """The lines of a text in pieces without their ends, blank ones left out.

    Only a line feed ends a line: JSON may hold the other characters that Python takes for the end of one.
    """
    begun: list[str] = []
    async for text in texts:
        *ends, rest = text.split("\n")
        for end in ends:
            line = "".join([*begun, end]).removesuffix("\r")
            begun.clear()
            if line.strip():
                yield line
        begun.append(rest)
    if (line := "".join(begun).removesuffix("\r")).strip():
        yield line


async def hear_out(events: AsyncIterator[Any], seconds: float) -> None:
    """Read what follows the end of an answer, if that is soon over: then the connection serves for the next one."""
    with suppress(TimeoutError, ProviderError, httpx.HTTPError):
        async with asyncio.timeout(seconds):
            async for _event in events:
                pass


def decoded(text: str | bytes) -> Any:
    """The JSON of a text, None where it is none."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


class _Bounded(httpx.AsyncByteStream):
    """A body of at most `MAX_REPLY_BYTES`."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > MAX_REPLY_BYTES:
                raise ProviderError(ErrorReason.TOO_LARGE, may_pass=False)
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
