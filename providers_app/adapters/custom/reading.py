"""What a service's reply is made of, objects or plain text, and what of it is still to be said."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

import msgspec

from providers_app.contract import AnswerRestarted, ErrorReason, ProviderEvent, TextDelta
from providers_app.http import Reply, lines_of, malformed

MARK_CHARS = 6
"""How much of a reply tells lines of JSON or of an event stream from plain text."""
MARKED = re.compile(r"\{|(data|event|id|retry)?:")


async def parts(reply: Reply) -> AsyncGenerator[dict[str, Any] | str]:
    """The reply's objects, or its plain text in pieces, as they come. Raises `ProviderError`.

    The content type tells an event stream, and refuses a page of HTML. In all else the beginning decides: "{" begins
    one object a line (or, where the first line is "{" alone, one object for all), `data:` an event stream that is
    not called one, and anything else plain text. A malformed line is skipped.
    """
    if reply.is_event_stream:
        async for event in reply.events():
            yield event
        return
    if "text/html" in reply.content_type:
        raise malformed("HTML")
    texts = reply.text()
    head = await _head(texts)
    if MARKED.match(head):
        async with aclosing(_joined(head, texts)) as joined, aclosing(_objects(joined)) as objects:
            async for found in objects:
                yield found
        return
    if head:
        yield head
    async for text in texts:
        yield text


async def _head(texts: AsyncIterator[str]) -> str:
    head = ""
    async for text in texts:
        head = (head + text).lstrip()
        if len(head) >= MARK_CHARS or "\n" in head:
            break
    return head


async def _joined(head: str, texts: AsyncIterator[str]) -> AsyncGenerator[str]:
    yield head
    async for text in texts:
        yield text


async def _objects(texts: AsyncIterator[str]) -> AsyncGenerator[dict[str, Any]]:
    is_known = False
    async with aclosing(lines_of(texts)) as lines:
        async for line in lines:
            text = line.removeprefix("data:")
            if not is_known and text.strip() == "{":
                text += "".join([more async for more in lines])
            if (found := _object(text)) is not None:
                is_known = True
                yield found
    if not is_known:
        raise malformed("no JSON")


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class Telling:
    """What of an answer is still to be said, where the service may repeat what it has said.

    The first text's field is the one of the pieces. Text in another field is the whole answer: what it has more is
    said, and where it differs it takes the place of what was said. The pieces' own field may hold the whole answer
    too, in the last object: a piece that equals all that was said is held back until another follows.
    """

    def __init__(self) -> None:
        self._field = ""
        self._said = ""
        self._held = ""

    def take(self, field: str, text: str) -> Iterator[ProviderEvent]:
        """What to say now that `field` holds `text`."""
        self._field = self._field or field
        if field != self._field:
            yield from self._whole(text)
        elif self._said and not self._held and text in {self._said, self._said.strip()}:
            self._held = text
        else:
            text, self._held = self._held + text, ""
            self._said += text
            yield TextDelta(text)

    def _whole(self, text: str) -> Iterator[ProviderEvent]:
        said, self._said, self._held = self._said, text, ""
        if text.strip() == said.strip():
            return
        if not text.startswith(said):
            yield AnswerRestarted(ErrorReason.REPLACED)
            said = ""
        yield TextDelta(text[len(said) :])
