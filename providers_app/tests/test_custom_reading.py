"""The answer of a service of one's own is understood in whichever form it comes."""

import json
from typing import Any

import pytest

from providers_app.contract import (
    AnswerEnded,
    AnswerRestarted,
    ErrorReason,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
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
