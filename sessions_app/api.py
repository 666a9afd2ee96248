"""`POST /api/ask`: one question over HTTP, for clients that cannot open a socket."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from providers_app.api_shapes import JSON, NOT_BLANK, Name, Reply, SourceOut, Text, documented
from providers_app.event_stream import EventStream
from sessions_app import api_examples as examples
from sessions_app.asking import Inquiry, get_asks, head_of
from sessions_app.domain.protocol import ErrorCode, Rejection

MAX_CONTEXT = 20
HEARTBEAT = b": \n\n"
"""A comment, in the format of https://html.spec.whatwg.org/multipage/server-sent-events.html."""
END = b"event: end\ndata: {}\n\n"
SSE = "text/event-stream"
router = Router(tags=["questions"])


class AskIn(BaseModel):
    """A question."""

    model_config = ConfigDict(strict=True)

    question: Annotated[
        Text,
        Field(
            description="What is asked; no NUL character.",
            json_schema_extra={"minLength": 1, "maxLength": settings.MAX_CHUNK_CHARS, "pattern": NOT_BLANK},
        ),
    ]
    session_id: Annotated[
        Name | None, Field(description="The session of an earlier answer, to go on with its conversation.")
    ] = None
    provider: Annotated[Name | None, Field(description="Who shall answer, of those that clients may choose.")] = None
    stream: Annotated[bool, Field(description="Whether the answer comes as events, while it is made.")] = True
    context: Annotated[
        list[Text], Field(max_length=MAX_CONTEXT, description="What was said before the question, oldest first.")
    ] = []


class AnswerOut(BaseModel):
    """A whole answer."""

    session_id: str
    question_id: str
    answer: str
    sources: list[SourceOut]
    provider: str
    model: str
    usage: dict[str, int]
    cached: bool
    finish_reason: str
    latency_ms: dict[str, float | None]


class EventOut(BaseModel):
    """An event of the stream."""

    id: Annotated[str, Field(description="The message's `seq`.")] = ""
    event: Annotated[str, Field(description="The message's `type`, or `end` after the last one.")]
    data: Annotated[str, Field(description="A message as on the socket: JSON with `type`, `session_id` and `seq`.")]


@router.post(
    "/ask",
    summary="Ask a question",
    **documented(
        Reply(
            HTTPStatus.OK,
            AnswerOut,
            examples.ANSWER,
            beside={SSE: {"schema": EventOut.model_json_schema(), "example": examples.EVENT}},
        ),
        *examples.REFUSALS,
        body=examples.QUESTION,
    ),
)
async def ask(request: HttpRequest, asked: AskIn) -> HttpResponseBase | dict[str, Any]:
    """Answers with server-sent events whose `data` are the socket's `status`, `answer` and `error` messages.

    The last event is `end`. With `stream: false`, or for clients that accept JSON alone, it answers with one object.
    """
    inquiry = Inquiry(asked.question, asked.session_id or "", asked.provider or "", tuple(asked.context))
    frames = get_asks().frames(inquiry)
    if asked.stream and request.get_preferred_type([SSE, JSON]) != JSON:
        first = await anext(frames)  # so that a refusal still gets its status
        return EventStream(_events(first, frames))
    return await _whole(frames)


async def _events(first: str, frames: AsyncGenerator[str]) -> AsyncGenerator[bytes]:
    async with aclosing(frames):
        yield _event(first)
        async for frame in frames:
            yield _event(frame)
    yield END


def _event(frame: str) -> bytes:
    if not frame:
        return HEARTBEAT
    head = head_of(frame)
    return f"id: {head.seq}\nevent: {head.type}\ndata: {frame}\n\n".encode()


async def _whole(frames: AsyncGenerator[str]) -> dict[str, Any]:
    """The answer that the frames make. Raises `Rejection` where there is none, or only a part."""
    pieces: list[str] = []
    async with aclosing(frames):
        async for frame in frames:
            message = msgspec.json.decode(frame) if frame else {}
            match message:
                case {"type": "error", "code": code, "message": words}:
                    details = {"session_id": message["session_id"], **message.get("details", {})}
                    raise Rejection(ErrorCode(code), words, **details)
                case {"type": "status", "restarted": True}:
                    pieces.clear()
                case {"type": "answer", "content": content}:
                    pieces.append(content)
            if message.get("final"):
                return {**message, "answer": "".join(pieces)}
    raise Rejection(ErrorCode.SERVICE_UNAVAILABLE, "The session was ended before the answer was complete.")
