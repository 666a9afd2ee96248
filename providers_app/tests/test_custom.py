"""A service of one's own is asked in its own words."""

from typing import Any

import msgspec
import pytest

from providers_app.adapters.custom.options import CustomOptions
from providers_app.contract import (
    AnswerRequest,
    ErrorReason,
    ProviderError,
    TextDelta,
    Turn,
)
from providers_app.tests.recorded import custom
from providers_app.tests.vendor import FakeVendor, events_of


async def test_question_is_posted_to_the_base_url_itself() -> None:
    vendor = FakeVendor()
    vendor.says_json({"answer": "Because."})
    await events_of(vendor.provider("custom", "https://own.example/api/ask/"))
    (request,) = vendor.requests
    assert (request.method, str(request.url)) == ("POST", "https://own.example/api/ask/")
    assert vendor.bodies == [{"question": "why", "stream": True}]
    assert request.headers["authorization"] == "Bearer key-1234"


async def test_request_has_the_fields_that_are_set() -> None:
    vendor = FakeVendor()
    vendor.says_json({"answer": "Because."})
    extra = {"input": {"lang": "?", "top_k": 3}, "mode": "fast"}
    provider = vendor.provider(
        "custom",
        question_field="input.text",
        context_field="heard",
        history_field="messages",
        language_field="input.lang",
        conversation_field="conversation_id",
        user_field="user.id",
        extra_body=extra,
        headers={"X-Tenant": "t1"},
        key_header="X-API-KEY",
        is_streamed=False,
    )
    history = (Turn("who", "she"),)
    await events_of(provider, context=("before",), history=history, language="zh", memory="c1", user="u1")
    assert vendor.bodies == [
        {
            "input": {"lang": "zh", "top_k": 3, "text": "why"},
            "mode": "fast",
            "heard": ["before"],
            "messages": [{"role": "user", "content": "who"}, {"role": "assistant", "content": "she"}],
            "conversation_id": "c1",
            "user": {"id": "u1"},
        }
    ]
    headers = vendor.requests[0].headers
    assert (headers["x-tenant"], headers["x-api-key"], "authorization" in headers) == ("t1", "key-1234", False)
    assert extra == {"input": {"lang": "?", "top_k": 3}, "mode": "fast"}


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({}, "what is tea? and coffee"),
        ({"history_field": "history"}, "and coffee"),
        ({"conversation_field": "conversation"}, "and coffee"),
    ],
)
async def test_follow_up_stands_alone_where_nothing_else_is_told(options: dict[str, Any], asked: str) -> None:
    vendor = FakeVendor()
    vendor.says_json({"answer": "Because."})
    await events_of(vendor.provider("custom", **options), "and coffee", standalone="what is tea? and coffee")
    assert vendor.bodies == [{"question": asked, "stream": True}]


async def test_request_has_no_key_where_there_is_none() -> None:
    vendor = FakeVendor()
    vendor.says_json({"answer": "Because."})
    await events_of(vendor.provider("custom", key=""))
    assert "authorization" not in vendor.requests[0].headers


@pytest.mark.parametrize(
    ("base_url", "health_url", "asked", "has_key"),
    [
        ("https://own.example/ask/?v=1", "", "https://own.example/ask/health?v=1", True),
        ("https://own.example/ask", "https://own.example/up", "https://own.example/up", True),
        ("https://own.example/ask", "https://else.example/up", "https://else.example/up", False),
        ("https://own.example/ask", "http://own.example/up", "http://own.example/up", False),
    ],
)
async def test_health_is_asked_for(base_url: str, health_url: str, asked: str, has_key: bool) -> None:
    vendor = FakeVendor()
    vendor.says(b"fine", kind="text/plain")
    await vendor.provider("custom", base_url, health_url=health_url).check()
    (request,) = vendor.requests
    assert (request.method, str(request.url)) == ("GET", asked)
    assert ("authorization" in request.headers) is has_key


async def test_service_without_health_is_unhealthy() -> None:
    vendor = FakeVendor()
    vendor.says(b"", status=404)
    with pytest.raises(ProviderError) as caught:
        await vendor.provider("custom").check()
    assert caught.value.reason is ErrorReason.NOT_FOUND


async def test_leaving_early_closes_the_connection() -> None:
    vendor = FakeVendor()
    stream = vendor.says(*custom.GOOD, kind=custom.CONTENT_TYPE)
    events = vendor.provider("custom").answer(AnswerRequest("why"))
    assert await anext(events) == TextDelta("Hello ")
    await events.aclose()
    assert stream.is_closed


@pytest.mark.parametrize(
    "options",
    [
        {"question_field": ""},
        {"answer_fields": "data answer"},
        {"headers": {"X-Tenant": "a\r\nb"}},
        {"headers": {"X-Tenant": "a\n"}},
        {"key_header": "X-API-KEY\n"},
        {"headers": {"X Tenant": "a"}},
        {"health_url": "file:///etc/passwd"},
        {"extra_body": []},
        {"anwser_fields": "answer"},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(options, CustomOptions)
