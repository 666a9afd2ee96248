"""How the HTTP API says no: one shape for every error."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse


def refused(
    status: HTTPStatus, code: str, message: str, details: Mapping[str, Any] | None = None, **headers: str
) -> JsonResponse:
    """An error for the client; `message` and `details` are what it may know. `headers` are named like `Retry_After`."""
    response = JsonResponse({"error": code, "message": message, "details": dict(details or {})}, status=status)
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response
