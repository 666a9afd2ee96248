import asyncio
from contextlib import aclosing
from typing import Any

import msgspec
import pytest

from providers_app.contract import AnswerEnded, AnswerRequest, ErrorReason, ProviderError, TextDelta, Turn
from providers_app.registry import traits_of
from providers_app.tests.recorded.openai import FIRST_WORDS
from providers_app.tests.recorded.streams import packets, recording
from providers_app.tests.vendor import FakeVendor, events_of

HELLO = TextDelta("Hello 世界")


def usage(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


RECORDED = {
    "openai": [
        TextDelta("Hello"),
        TextDelta(" 世"),
        TextDelta("界"),
        AnswerEnded(
            "stop", "gpt-4o-mini-2024-07-18", usage(19, 4), message_id="chatcmpl-CbQ2nYk1Xw7vUuJ9ZtS0o4mEr5aPl"
        ),
    ],
    "openai_refusal": [
        TextDelta("I'm sorry,"),
        TextDelta(" I cannot help with that."),
        AnswerEnded("stop", "gpt-4o-2024-08-06", message_id="chatcmpl-CbQ7"),
    ],
    "deepseek": [
        TextDelta("Hello"),
        TextDelta(" 世界"),
        AnswerEnded("stop", "deepseek-reasoner", usage(11, 9), message_id="8e1c4a52-41d7-4d4e-9a86-0c3fb1f5a9a1"),
    ],
    "openrouter": [
        HELLO,
        AnswerEnded("length", "qwen/qwen3-32b", usage(14, 6), message_id="gen-1763708420-Zq1d8Yt0Ue6mBvXc2LkP"),
    ],
    "vllm": [
        TextDelta("Hello"),
        TextDelta(" 世界"),
        AnswerEnded("stop", "Qwen/Qwen3-8B", usage(12, 18), message_id="chatcmpl-19aaba621548eee71c08f032b4aef98f"),
    ],
    "azure": [HELLO, AnswerEnded("content_filter", "gpt-4o-2024-11-20", usage(16, 4), message_id="chatcmpl-CbQ3kT")],
    "litellm": [
        TextDelta("Hel"),
        TextDelta("lo "),
        TextDelta("世界"),
        AnswerEnded("stop", "mock", usage(8, 9), message_id="chatcmpl-cb9f5174-70fd-4b6e-8ca9-383be305346e"),
    ],
    "mistral": [
        TextDelta("Hello "),
        TextDelta("世界"),
        AnswerEnded("length", "magistral-medium-2509", usage(5, 7), message_id="b2c1f0"),
    ],
}


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("size", [53, 100_000])
async def test_every_vendors_stream_is_read(name: str, size: int) -> None:
    vendor = FakeVendor()
    vendor.says(*packets(recording(f"{name}.sse"), size))
    assert await events_of(vendor.provider("openai", model="m")) == RECORDED[name]


async def test_a_request_holds_what_was_set_and_nothing_else() -> None:
    vendor = FakeVendor()
    vendor.says(recording("openai.sse"))
    await events_of(vendor.provider("openai", model="gpt-5"), instructions="Be brief.", history=(Turn("who", "I"),))
    assert str(vendor.requests[0].url) == "https://vendor.example/v1/chat/completions"
    assert vendor.requests[0].headers["authorization"] == "Bearer key-1234"
    assert vendor.bodies == [
        {
            "model": "gpt-5",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "who"},
                {"role": "assistant", "content": "I"},
                {"role": "user", "content": "why"},
            ],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]


async def test_every_option_reaches_the_vendor() -> None:
    vendor = FakeVendor()
    vendor.says(recording("openai.sse"))
    provider = vendor.provider(
        "openai",
        key="",
        model="m",
        temperature=0.5,
        max_answer_tokens=100,
        limit_name="max_completion_tokens",
        asks_usage=False,
        extra_headers={"X-Title": "Talk"},
        extra_body={"top_p": 0.9, "stream": False},
    )
    await events_of(provider)
    assert "authorization" not in vendor.requests[0].headers
    assert vendor.requests[0].headers["x-title"] == "Talk"
    assert vendor.bodies == [
        {
            "model": "m",
            "messages": [{"role": "user", "content": "why"}],
            "stream": True,
            "temperature": 0.5,
            "max_completion_tokens": 100,
            "top_p": 0.9,
        }
    ]


async def test_azure_is_asked_in_its_own_way() -> None:
    vendor = FakeVendor()
    vendor.says(recording("azure.sse"))
    vendor.says_json({"data": []})
    provider = vendor.provider(
        "openai", "https://talk.openai.azure.com/", model="my gpt", api="azure", api_version="2025-01-01-preview"
    )
    await events_of(provider)
    await provider.check()
    root = "https://talk.openai.azure.com/openai"
    assert [str(request.url) for request in vendor.requests] == [
        f"{root}/deployments/my%20gpt/chat/completions?api-version=2025-01-01-preview",
        f"{root}/models?api-version=2025-01-01-preview",
    ]
    assert {request.headers["api-key"] for request in vendor.requests} == {"key-1234"}
    assert "authorization" not in vendor.requests[0].headers


async def test_leaving_early_closes_the_connection() -> None:
    vendor = FakeVendor()
    stream = vendor.says(FIRST_WORDS, asyncio.Event())
    async with aclosing(vendor.provider("openai", model="m").answer(AnswerRequest("why"))) as events:
        assert await anext(events) == TextDelta("Hello ")
    assert stream.is_closed


async def test_being_cancelled_closes_the_connection() -> None:
    vendor = FakeVendor()
    stream = vendor.says(FIRST_WORDS, asyncio.Event())
    heard = asyncio.Event()

    async def listen() -> None:
        async for _event in vendor.provider("openai", model="m").answer(AnswerRequest("why")):
            heard.set()

    listening = asyncio.create_task(listen())
    await heard.wait()
    listening.cancel()
    await asyncio.wait([listening])
    assert listening.cancelled()
    assert stream.is_closed


async def test_a_check_lists_the_models() -> None:
    vendor = FakeVendor()
    vendor.says_json({"object": "list", "data": []})
    vendor.says_json({"error": {"code": "invalid_api_key"}}, status=401)
    provider = vendor.provider("openai")
    await provider.check()
    with pytest.raises(ProviderError) as caught:
        await provider.check()
    assert caught.value.reason is ErrorReason.UNAUTHORIZED
    assert [str(request.url) for request in vendor.requests] == ["https://vendor.example/v1/models"] * 2


@pytest.mark.parametrize(
    "options",
    [
        {"extra_headers": {"X-A\n": "b"}},
        {"extra_headers": {"X-A": "b\r\nX-B: c"}},
        {"extra_headers": {"X-A": "密"}},
        {"api_version": "../x"},
        {"limit_name": "max"},
        {"top_p": 1},
    ],
)
def test_options_that_cannot_be_sent_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(options, traits_of("openai").options)
