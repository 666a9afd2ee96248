"""How programs reach Django's views: past the middleware that only pages need.

Under ASGI each of Django's middlewares costs two changes of thread; all of them together take 3.5 of the 5 ms of a
small request. Those that only look at headers are called where the request is, the others not at all.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIHandler
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.security import SecurityMiddleware

from rtrag_site.policy import ContentSecurityPolicyMiddleware
from rtrag_site.refusals import RequestCode, refused_at
from sessions_app.domain.protocol import ErrorCode
from sessions_app.incidents import report
from sessions_app.routing import BrowserOriginValidator

PATHS = ("/api/", "/v1/", "/health")
MIDDLEWARE = (SecurityMiddleware, ContentSecurityPolicyMiddleware, CommonMiddleware, XFrameOptionsMiddleware)
"""They never wait: each reads the request's headers or writes the response's."""
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class ApiHandler(ASGIHandler):
    """Django's handler without the middleware of the settings. Its errors all have the API's shape."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002 - it always is
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._in_place: list[Any] = [middleware(self._view) for middleware in MIDDLEWARE]
        self._middleware_chain = self._answer

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response = self._turned_away(request) or await self._view(request)
        except Http404:
            message = "There is nothing under this path."
            response = refused_at(request.path, HTTPStatus.NOT_FOUND, RequestCode.NOT_FOUND, message)
        except SuspiciousOperation:
            message = "The request cannot be taken as it is."
            response = refused_at(request.path, HTTPStatus.BAD_REQUEST, RequestCode.BAD_REQUEST, message)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer and the log a name
            status, details = HTTPStatus.INTERNAL_SERVER_ERROR, {"error_id": report(error, "answering a request")}
            response = refused_at(request.path, status, ErrorCode.SERVER_ERROR, "Something unforeseen.", details)
        for middleware in reversed(self._in_place):
            if hasattr(middleware, "process_response"):
                response = middleware.process_response(request, response)
        return response

    def _turned_away(self, request: HttpRequest) -> HttpResponseBase | None:
        """What a middleware answers in place of the view."""
        answers = (step.process_request(request) for step in self._in_place if hasattr(step, "process_request"))
        return next(filter(None, answers), None)

    async def _view(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await self._get_response_async(request)  # type: ignore[attr-defined] # it has it
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        allowed = response.headers["Allow"]
        message = f"This path takes {allowed} alone."
        return refused_at(
            request.path, HTTPStatus.METHOD_NOT_ALLOWED, RequestCode.METHOD_NOT_ALLOWED, message, Allow=allowed
        )


class ApiApplication:
    """The ASGI application of the paths of `PATHS`.

    It takes no request of pages from other hosts than `ALLOWED_HOSTS`, and cuts off clients that do not read what they
    are sent.
    """

    def __init__(self) -> None:
        self._handler = ApiHandler()
        self._origins = BrowserOriginValidator(None, settings.ALLOWED_HOSTS)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        origin = dict(scope["headers"]).get(b"origin")
        if not self._origins.valid_origin(origin and urlsplit(origin.decode("latin1"))):
            message = "Pages of other sites may not call this service."
            refusal = refused_at(scope["path"], HTTPStatus.FORBIDDEN, RequestCode.ORIGIN_FORBIDDEN, message)
            refusal["Connection"] = "close"
            await self._handler.send_response(refusal, send)
            return
        await self._handler(scope, receive, _patient(send))


def _patient(send: Send) -> Send:
    """`send` that raises `TimeoutError` where the client takes nothing for `WS_SEND_TIMEOUT_S`."""

    async def send_in_time(message: Any) -> None:
        async with asyncio.timeout(settings.WS_SEND_TIMEOUT_S):
            await send(message)

    return send_in_time
