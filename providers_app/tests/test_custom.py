"""A service of one's own is asked in its own words, and understood in whichever form it answers."""

import json
from typing import Any

import msgspec
import pytest

from providers_app.adapters.custom.options import CustomOptions
from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    AnswerRestarted,
    ErrorReason,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
    Turn,
)
from providers_app.tests.recorded import custom
from providers_app.tests.vendor import FakeVendor, events_of, sse

PLAIN = "text/plain; charset=utf-8"
NDJSON = "application/x-ndjson"
HELLO: list[ProviderEvent] = [TextDelta("Hello "), TextDelta("world"), AnswerEnded()]


def lines(*objects: Any) -> bytes:
    return "".join(json.dumps(found, ensure_ascii=False) + "\n" for found in objects).encode()


async def said(*pieces: bytes, kind: str = NDJSON, **options: Any) -> list[ProviderEvent]:
    vendor = FakeVendor()
    vendor.says(*pieces, kind=kind)
    return await events_of(vendor.provider("custom", **options))


async def failure(*pieces: bytes, kind: str = NDJSON, status: int = 200) -> tuple[ErrorReason, bool, str]:
    vendor = FakeVendor()
    vendor.says(*pieces, kind=kind, status=status)
    with pytest.raises(ProviderError) as caught:
        await events_of(vendor.provider("custom"))
    return caught.value.reason, caught.value.may_pass, caught.value.detail


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


async def test_whole_answer_comes_with_all_that_is_known_about_it() -> None:
    reply = {
        "answer": "Because.",
        "sources": [
            {"title": "Reasons", "content": "All of them.", "url": "https://docs.example/1", "score": 0.5},
            {"name": "Causes", "snippet": "Some.", "link": "javascript:alert(1)"},
            "https://docs.example/2",
            "Handbook",
        ],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7},
        "metadata": {"conversation_id": 17, "model": "own-1"},
    }
    sources = (
        Source(1, "Reasons", "All of them.", "https://docs.example/1", 0.5),
        Source(2, "Causes", "Some."),
        Source(3, "https://docs.example/2", "", "https://docs.example/2"),
        Source(4, "Handbook", ""),
    )
    expected = [
        SourcesFound(sources),
        TextDelta("Because."),
        AnswerEnded(model="own-1", usage={"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}, memory="17"),
    ]
    options = {"conversation_field": "conversation_id"}
    assert await said(json.dumps(reply).encode(), kind="application/json", **options) == expected
    assert await said(json.dumps(reply, indent=2).encode(), kind="application/json", **options) == expected


@pytest.mark.parametrize("field", ["answer", "content", "response"])
async def test_answer_is_the_first_of_the_known_fields(field: str) -> None:
    reply = {"answer": "", "content": None, "response": "last"} | {field: "Because."}
    assert await said(lines(reply), is_streamed=False) == [TextDelta("Because."), AnswerEnded()]


async def test_fields_of_the_reply_are_those_that_are_set() -> None:
    reply = {"data": {"answers": [{"text": "Because."}], "refs": [{"doc": {"title": "Reasons"}, "rank": 2}]}}
    assert await said(
        lines(reply),
        answer_fields="missing, data.answers.0.text",
        sources_fields="data.refs",
        source_title_fields="doc.title",
        source_score_fields="rank",
    ) == [SourcesFound((Source(1, "Reasons", "", score=2.0),)), TextDelta("Because."), AnswerEnded()]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (NDJSON, lines({"content": "Hello "}, {"content": "world"}, {"done": True})),
        ("application/json", lines({"delta": "Hello "}, {"delta": "world"})),
        (PLAIN, lines({"response": "Hello "}, {"response": "world"})),
        ("text/event-stream", sse({"content": "Hello "}, {"content": "world"}, "[DONE]")),
        (PLAIN, sse({"content": "Hello "}, {"content": "world"}, "[DONE]")),
        (NDJSON, b'{"content": "Hello "}\r\n\r\n{"content": "wo\r\n{"content": "world"}'),
    ],
)
async def test_stream_is_understood_in_every_form(kind: str, body: bytes) -> None:
    assert await said(body, kind=kind) == HELLO
    bytewise = (body[index : index + 1] for index in range(len(body)))
    assert await said(*bytewise, kind=kind) == HELLO


async def test_plain_text_is_said_as_it_comes() -> None:
    text = "First line,\n\n世界 second.\n".encode()
    assert await said(text[:16], text[16:], kind=PLAIN) == [
        TextDelta("First line,\n\n世"),
        TextDelta("界 second.\n"),
        AnswerEnded(),
    ]


async def test_recorded_stream_says_the_answer_once() -> None:
    assert await said(*custom.GOOD, kind=custom.CONTENT_TYPE) == [
        TextDelta("Hello "),
        TextDelta("世界"),
        SourcesFound((Source(1, "Greetings", "Hello", "https://docs.example/hello"),)),
        AnswerEnded(model="own-1", usage={"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}),
    ]


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param([{"answer": "Hello world"}], HELLO, id="whole answer in another field"),
        pytest.param([{"content": "Hello world"}], HELLO, id="whole answer in the pieces' field"),
        pytest.param(
            [{"answer": "Hello world!"}], [*HELLO[:2], TextDelta("!"), AnswerEnded()], id="whole answer with more"
        ),
        pytest.param(
            [{"answer": "Bye."}],
            [*HELLO[:2], AnswerRestarted(ErrorReason.REPLACED), TextDelta("Bye."), AnswerEnded()],
            id="another answer",
        ),
        pytest.param(
            [{"content": "Hello world"}, {"content": "!"}],
            [*HELLO[:2], TextDelta("Hello world!"), AnswerEnded()],
            id="a piece that only looks like the whole",
        ),
    ],
)
async def test_repeated_answer_is_not_said_twice(objects: list[Any], expected: list[ProviderEvent]) -> None:
    assert await said(lines({"content": "Hello "}, {"content": "world"}, *objects)) == expected


async def test_error_inside_a_reply_is_a_failure() -> None:
    unavailable = (ErrorReason.UNAVAILABLE, True)
    assert (await failure(lines({"error": "secret words"})))[:2] == unavailable
    assert await failure(custom.ERROR_IN_200 or b"") == (*unavailable, "HTTP 503")
    assert (await failure(sse({"content": "Hello"}, {"error": {"code": 429}}), kind="text/event-stream"))[0] == (
        ErrorReason.RATE_LIMITED
    )
    assert "secret" not in (await failure(lines({"error": "secret words"})))[2]


async def test_no_error_is_none() -> None:
    assert await said(lines({"error": None, "answer": "Because."})) == [TextDelta("Because."), AnswerEnded()]


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/html", b"<!doctype html><p>Sign in"), (NDJSON, b'{"content": "Hel'), ("application/json", b"{\n]")],
)
async def test_reply_that_cannot_be_read_is_a_failure(kind: str, body: bytes) -> None:
    assert (await failure(body, kind=kind))[0] is ErrorReason.MALFORMED


@pytest.mark.parametrize(
    ("base_url", "health_url", "asked", "has_key"),
    [
        ("https://own.example/ask/?v=1", "", "https://own.example/ask/health?v=1", True),
        ("https://own.example/ask", "https://own.example/up", "https://own.example/up", True),
        ("https://own.example/ask", "https://else.example/up", "https://else.example/up", False),
    ],
)
async def test_health_is_asked_for(base_url: str, health_url: str, asked: str, has_key: bool) -> None:
    vendor = FakeVendor()
    vendor.says(b"fine", kind=PLAIN)
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
