"""A Dify app, as tests of its provider need it."""

from typing import Any

import pytest

from providers_app.contract import (
    AnswerEnded,
    ErrorReason,
    ProviderError,
    ProviderEvent,
    Source,
)
from providers_app.tests.vendor import FakeVendor, events_of, sse

CONVERSATION = "b3a1e0c4-6a9e-4c59-8a5c-5f0c4a6d1f10"
MESSAGE = "7d4f1f0e-52a5-4b6c-9a39-3d6b8a5e2c11"
END = AnswerEnded(
    usage={"prompt_tokens": 1033, "completion_tokens": 2, "total_tokens": 1035},
    memory=CONVERSATION,
    message_id=MESSAGE,
)
GREETINGS = Source(1, "greetings.md", "Say hello to the world.", score=0.98457545)
ENDED = sse({"event": "message_end", "task_id": "t", "message_id": "m", "conversation_id": "c", "metadata": {}})


def message(text: str, kind: str = "message", **fields) -> dict[str, Any]:
    return {"event": kind, "task_id": "t", "message_id": "m", "conversation_id": "c", "answer": text, **fields}


async def said(vendor: FakeVendor, *events) -> list[ProviderEvent]:
    """What is told of a stream, without its end."""
    vendor.says(sse(*events) + ENDED)
    *told, _end = await events_of(vendor.provider("dify"))
    return told


async def failure_of(answering) -> tuple[ErrorReason, bool, str]:
    with pytest.raises(ProviderError) as caught:
        await answering
    return caught.value.reason, caught.value.may_pass, caught.value.detail
