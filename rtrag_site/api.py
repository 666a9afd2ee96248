"""The HTTP API: every router of the applications, and how what they refuse is said."""

from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from batch_app import api as batches
from batch_app.refusals import RefusedError
from rtrag_site.openapi import DocumentedApi
from rtrag_site.refusals import refused
from rtrag_site.wrong_fields import wrong_fields
from sessions_app import api as questions
from sessions_app.domain.protocol import ErrorCode, Rejection
from sessions_app.refusals import STATUSES

RETRY_AFTER_S = 5


class JsonParser(Parser):
    """Takes UTF-8 JSON, and no halves of surrogate pairs, which no database could store."""

    def parse_body(self, request: HttpRequest) -> Any:
        return msgspec.json.decode(request.body)


class JsonRenderer(BaseRenderer):
    """Writes Chinese as it is, and times to the microsecond."""

    media_type = "application/json"

    def render(self, _request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002 - ninja's
        return msgspec.json.encode(data)


api = DocumentedApi(parser=JsonParser(), renderer=JsonRenderer())
api.add_router("/api", questions.router)
api.add_router("/api/batch", batches.router)


@api.exception_handler(Rejection)
def refuse(_request: HttpRequest, rejection: Rejection) -> HttpResponse:
    status = STATUSES.get(rejection.code, HTTPStatus.BAD_REQUEST)
    wait = {"Retry_After": str(RETRY_AFTER_S)} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return refused(status, rejection.code, rejection.message, rejection.details, **wait)


@api.exception_handler(RefusedError)
def refuse_batch(_request: HttpRequest, refusal: RefusedError) -> HttpResponse:
    wait = {"Retry_After": str(refusal.retry_after_s)} if refusal.retry_after_s else {}
    return refused(refusal.status, refusal.code, refusal.message, refusal.details, **wait)


@api.exception_handler(ValidationError)
def refuse_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = wrong_fields(error.errors)
    message = "; ".join(f"`{each['field']}` {each['reason']}" for each in fields) + "."
    return refuse(request, Rejection(ErrorCode.INVALID_MESSAGE, message, field=fields[0]["field"], fields=fields))


@api.exception_handler(HttpError)
def refuse_body(request: HttpRequest, _error: HttpError) -> HttpResponse:
    """Ninja raises it for a body that its parser does not take."""
    return refuse(request, Rejection(ErrorCode.INVALID_JSON, "The body is not a JSON object in UTF-8."))


@api.exception_handler(MultiPartParserError)
def refuse_form(request: HttpRequest, _error: MultiPartParserError) -> HttpResponse:
    return refuse(request, Rejection(ErrorCode.INVALID_MESSAGE, "The body is not multipart/form-data.", field="body"))


@api.exception_handler(Exception)
def fail(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Leave what is unforeseen to the handler, also where `DEBUG` would show it."""
    raise error
