"""How this API says no: OpenAI's error object, with the statuses by which its libraries choose their exceptions."""

import logging
import math
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from msgspec import json

from providers_app.contract import ErrorReason, ProviderError

logger = logging.getLogger(__name__)
INVALID, SERVER = "invalid_request_error", "server_error"


@dataclass
class Refusal(Exception):  # noqa: N818 - it is no fault of the service
    """What a client is told; `param` names the field that is to blame, and `code` is for programs."""

    status: HTTPStatus
    code: str
    message: str
    param: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        kind = INVALID if self.status < HTTPStatus.INTERNAL_SERVER_ERROR else SERVER
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}

    def response(self) -> HttpResponse:
        return HttpResponse(
            json.encode(self.body()), content_type="application/json", status=self.status, headers=self.headers
        )


def invalid(param: str | None, message: str, code: str = "invalid_value") -> Refusal:
    """A mistake of the client's."""
    return Refusal(HTTPStatus.BAD_REQUEST, code, message, param)


def unknown_model(name: str) -> Refusal:
    message = f"There is no model {name!r} that clients may choose; GET /v1/models lists them."
    return Refusal(HTTPStatus.NOT_FOUND, "model_not_found", message, "model")


REASONS = {
    ErrorReason.NOT_CONFIGURED: (HTTPStatus.SERVICE_UNAVAILABLE, "No provider is configured."),
    ErrorReason.OVERLOADED: (HTTPStatus.SERVICE_UNAVAILABLE, "Too many questions are being answered."),
    ErrorReason.RESTING: (HTTPStatus.SERVICE_UNAVAILABLE, "The provider is failing and left alone for a while."),
    ErrorReason.RATE_LIMITED: (HTTPStatus.TOO_MANY_REQUESTS, "The provider is asked too often."),
    ErrorReason.TIMEOUT: (HTTPStatus.GATEWAY_TIMEOUT, "The provider took too long."),
    ErrorReason.TOO_LONG: (HTTPStatus.BAD_REQUEST, "The conversation is too long for the model."),
    ErrorReason.BLOCKED: (HTTPStatus.BAD_REQUEST, "The content filter stopped the answer."),
    ErrorReason.INTERRUPTED: (HTTPStatus.BAD_GATEWAY, "The provider broke off."),
    ErrorReason.REPLACED: (HTTPStatus.BAD_GATEWAY, "The provider took back what it had said."),
}
CODES = {ErrorReason.TOO_LONG: "context_length_exceeded", ErrorReason.BLOCKED: "content_filter"}
"""Where OpenAI has a code of its own; the others are named like the reason."""


def refusal_for(error: Exception) -> Refusal:
    """What the client is told of an error. The log has the cause of what is unforeseen."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ProviderError):
        return _failed(error)
    logger.error("Answering over OpenAI's API failed", exc_info=error)
    return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "Something unforeseen happened.")


def _failed(error: ProviderError) -> Refusal:
    """OpenAI's libraries try again by themselves; `x-should-retry` tells them where that is of no use."""
    status, message = REASONS.get(error.reason, (HTTPStatus.BAD_GATEWAY, "No provider could answer."))
    headers = {"x-should-retry": "true" if error.may_pass else "false"}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after_s))
    return Refusal(status, CODES.get(error.reason, error.reason.value), message, headers=headers)
