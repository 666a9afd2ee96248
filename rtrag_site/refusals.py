"""How the HTTP API says no: one shape for every error, and OpenAI's below the paths of its API."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse

from providers_app.openai_api.refusals import Refusal

OPENAI_PATHS = "/v1/"


class RequestCode(StrEnum):
    """What `error` may be where a request reaches no part of the service."""

    BAD_REQUEST = "BAD_REQUEST"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    ORIGIN_FORBIDDEN = "ORIGIN_FORBIDDEN"


def refused(
    status: HTTPStatus, code: str, message: str, details: Mapping[str, Any] | None = None, **headers: str
) -> JsonResponse:
    """An error for the client; `message` and `details` are what it may know. `headers` are named like `Retry_After`."""
    response = JsonResponse({"error": code, "message": message, "details": dict(details or {})}, status=status)
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def refused_at(
    path: str, status: HTTPStatus, code: str, message: str, details: Mapping[str, Any] | None = None, **headers: str
) -> HttpResponse:
    """The same, in the shape that clients of `path` read."""
    if not path.startswith(OPENAI_PATHS):
        return refused(status, code, message, details, **headers)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refusal(status, code.lower(), message, headers=named).response()
