"""How large requests may be: known before any handler has them, and by their path.

What is not too large, Django's handlers keep in memory up to `FILE_UPLOAD_MAX_MEMORY_SIZE`, and on disk beyond it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string

from rtrag_site.api_handler import PATHS, Receive, Send
from rtrag_site.refusals import refused_at
from sessions_app.domain.protocol import ErrorCode

FORM_BYTES = 2_621_440
"""What the forms of pages may have, as Django has it by itself."""
BATCH_PATH = "/api/batch/"
DOCUMENTS_PATH = "/admin/knowledge_app/"
MAX_DIGITS = 18
LINGER_S = 30
"""How long a client that was refused may go on sending: one that is cut off meanwhile never reads why."""

Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


def limit_of(path: str) -> int:
    """The most bytes that a request of the path may have."""
    if path.startswith(BATCH_PATH):
        return settings.BATCH_MAX_REQUEST_BYTES
    if path.startswith(PATHS):
        return settings.MAX_REQUEST_BYTES
    return FORM_BYTES + (settings.MAX_DOCUMENT_BYTES if path.startswith(DOCUMENTS_PATH) else 0)


class RequestLimit:
    """An ASGI application before another one, which gets no request that is larger than `limit_of` allows."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        body = Body(receive, limit_of(scope["path"]))
        if not body.is_announced_too_large(scope):
            await self._application(scope, body.receive, send)
            if not body.is_too_large:
                return
        response = _refusal(scope["path"], body.limit)
        headers = [(name.encode(), value.encode()) for name, value in response.items()]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": response.content, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_S):
                await body.drop()
        await send({"type": "http.response.body"})


class Body:
    """The body of a request as it comes."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.limit = limit
        self._receive = receive
        self._bytes = 0
        self._is_over = False

    @property
    def is_too_large(self) -> bool:
        return self._bytes > self.limit

    def is_announced_too_large(self, scope: dict[str, Any]) -> bool:
        """Whether the client says so before it sends anything."""
        announced = dict(scope["headers"]).get(b"content-length", b"")
        return announced.isdigit() and int(announced[:MAX_DIGITS]) > self.limit

    async def receive(self) -> dict[str, Any]:
        """The next message; beyond the limit the client seems to have gone, so that whoever reads it gives up."""
        message: dict[str, Any] = await self._receive()
        self._bytes += len(message.get("body", b""))
        self._is_over = not message.get("more_body", False)
        return {"type": "http.disconnect"} if self.is_too_large else message

    async def drop(self) -> None:
        """Take what still comes, and keep nothing."""
        while not self._is_over:
            await self.receive()


def _refusal(path: str, limit: int) -> HttpResponse:
    status, message = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The request has more than {limit} bytes."
    if path.startswith(PATHS):
        response = refused_at(path, status, ErrorCode.MESSAGE_TOO_LARGE, message, {"limit": limit})
    else:
        response = HttpResponse(render_to_string("413.html", {"limit": limit}), status=status)
    response["Content-Length"] = str(len(response.content))
    response["Connection"] = "close"
    return response
