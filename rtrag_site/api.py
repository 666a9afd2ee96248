"""The HTTP API: every router of the applications, and how what they refuse is said."""

from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from rtrag_site import __version__
from rtrag_site.refusals import refused
from sessions_app import api as questions
from sessions_app.domain.protocol import ErrorCode, Rejection

STATUSES = {
    ErrorCode.RAG_ERROR: HTTPStatus.BAD_GATEWAY,
    ErrorCode.SERVICE_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.SERVER_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
    ErrorCode.MESSAGE_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ErrorCode.SESSION_FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorCode.SESSION_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.SESSION_BUSY: HTTPStatus.CONFLICT,
}
"""The statuses of what is refused; all others are the client's mistakes."""
RETRY_AFTER_S = 5


class JsonParser(Parser):
    """Takes UTF-8 JSON, and no halves of surrogate pairs, which no database could store."""

    def parse_body(self, request: HttpRequest) -> Any:
        return msgspec.json.decode(request.body)


class ReadableRenderer(JSONRenderer):
    """Writes Chinese as it is."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Realtime RAG",
    version=__version__,
    docs_url=None,
    openapi_url=None,
    parser=JsonParser(),
    renderer=ReadableRenderer(),
)
api.add_router("/api", questions.router)


@api.exception_handler(Rejection)
def refuse(_request: HttpRequest, rejection: Rejection) -> HttpResponse:
    status = STATUSES.get(rejection.code, HTTPStatus.BAD_REQUEST)
    wait = {"Retry_After": str(RETRY_AFTER_S)} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return refused(status, rejection.code, rejection.message, rejection.details, **wait)


@api.exception_handler(ValidationError)
def refuse_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name the first field that does not fit, and nothing of what it held."""
    place = [str(part) for part in error.errors[0]["loc"] if part not in {"body", "query", "path"}]
    field = ".".join(place[1:]) or "body"
    message = f"The field `{field}` is missing or has the wrong type or shape."
    return refuse(request, Rejection(ErrorCode.INVALID_MESSAGE, message, field=field))


@api.exception_handler(HttpError)
def refuse_body(request: HttpRequest, _error: HttpError) -> HttpResponse:
    """Ninja raises it for a body that its parser does not take."""
    return refuse(request, Rejection(ErrorCode.INVALID_JSON, "The body is not a JSON object in UTF-8."))


@api.exception_handler(Exception)
def fail(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Leave what is unforeseen to the handler, also where `DEBUG` would show it."""
    raise error
