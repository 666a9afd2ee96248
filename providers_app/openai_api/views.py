"""The calls of the API."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from msgspec import json

from providers_app import gateway
from providers_app.contract import AnswerRestarted, ErrorReason, ProviderError, ProviderEvent, TextDelta
from providers_app.event_stream import EventStream
from providers_app.openai_api.completions import Completion
from providers_app.openai_api.refusals import Refusal, refusal_for, unknown_model
from providers_app.openai_api.requests import DEFAULT_MODEL, ChatRequest, question_of, read

OWNER = "realtime-rag"
DONE = b"data: [DONE]\n\n"
Events = AsyncGenerator[ProviderEvent]


@require_GET
async def models(_request: HttpRequest) -> HttpResponse:
    """The active provider as `default`, and those that clients may choose."""
    return _json({"object": "list", "data": [_model(name) for name in await _names()]})


@require_GET
async def model(_request: HttpRequest, name: str) -> HttpResponse:
    try:
        await _check_model(name)
    except Refusal as refusal:
        return refusal.response()
    return _json(_model(name))


@csrf_exempt
@require_POST
async def chat_completions(request: HttpRequest) -> HttpResponseBase:
    """Answer the last message. What fails before the first word has a status of its own, in a stream too."""
    try:
        asked = read(request.body)
        await _check_model(asked.model)
        completion, events = Completion(), gateway.ask(*question_of(asked))
        if not asked.stream:
            return _json(completion.whole(await _text(events, completion)))
        chunks = _chunks(events, completion, asked)
        first = await anext(chunks)
    except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an end that it can read
        return refusal_for(error).response()
    return EventStream(_stream(first, chunks))


async def _text(events: Events, completion: Completion) -> str:
    """The whole text; what was said before an answer began anew does not count."""
    pieces: list[str] = []
    async with aclosing(events):
        async for event in events:
            completion.take(event)
            if isinstance(event, TextDelta):
                pieces.append(event.text)
            elif isinstance(event, AnswerRestarted):
                pieces.clear()
    return "".join(pieces)


async def _chunks(events: Events, completion: Completion, asked: ChatRequest) -> AsyncGenerator[bytes]:
    """The answer's chunks. What was said cannot be unsaid here, so an answer that begins anew is a failure."""
    role = {"role": "assistant"}
    async with aclosing(events):
        async for event in events:
            completion.take(event)
            if isinstance(event, TextDelta):
                yield _data(completion.chunk(**role, content=event.text))
                role = {}
            elif isinstance(event, AnswerRestarted) and not role:
                raise ProviderError(ErrorReason.REPLACED, may_pass=False)
    yield _data(completion.last_chunk())
    if asked.wants_usage:
        yield _data(completion.usage_chunk())


async def _stream(first: bytes, chunks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """The chunks and the end mark; where it fails midway, an error in place of the mark."""
    async with aclosing(chunks):
        yield first
        try:
            async for chunk in chunks:
                yield chunk
        except Exception as error:  # noqa: BLE001 - the same as above
            yield _data(refusal_for(error).body())
        else:
            yield DONE


async def _names() -> list[str]:
    return [DEFAULT_MODEL, *await gateway.choosable()]


async def _check_model(name: str) -> None:
    """Raises `Refusal` where clients may not choose it."""
    if name not in await _names():
        raise unknown_model(name)


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": OWNER}


def _json(body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.encode(body), content_type="application/json")


def _data(body: dict[str, Any]) -> bytes:
    return b"data: %b\n\n" % json.encode(body)
