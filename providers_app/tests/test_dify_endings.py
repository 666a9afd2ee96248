"""How answers of Dify end: with an error, stopped, or with questions to ask next."""

import asyncio
import json
from contextlib import aclosing

import httpx
import pytest

from providers_app.adapters.dify import provider as dify
from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    ErrorReason,
    QuestionsSuggested,
    TextDelta,
)
from providers_app.tests.dify_app import END, MESSAGE, failure_of, message
from providers_app.tests.recorded.streams import recording
from providers_app.tests.vendor import FakeVendor, events_of, sse


@pytest.fixture
def vendor():
    return FakeVendor()


ERRORS = [
    (401, "unauthorized", ErrorReason.UNAUTHORIZED, False),
    (403, "app_api_disabled", ErrorReason.UNAUTHORIZED, False),
    (400, "app_unavailable", ErrorReason.REJECTED, False),
    (400, "invalid_param", ErrorReason.REJECTED, False),
    (400, "provider_not_initialize", ErrorReason.REJECTED, False),
    (400, "provider_quota_exceeded", ErrorReason.QUOTA_EXCEEDED, False),
    (400, "completion_request_error", ErrorReason.UNAVAILABLE, True),
    (429, "too_many_requests", ErrorReason.RATE_LIMITED, True),
    (500, "internal_server_error", ErrorReason.UNAVAILABLE, True),
]


@pytest.mark.parametrize(("status", "code", "reason", "may_pass"), ERRORS)
async def test_error_is_understood_by_its_code(vendor, status, code, reason, may_pass):
    body = {"code": code, "status": status, "message": "why: key-1234"}
    vendor.says_json(body, status=status)
    assert await failure_of(events_of(vendor.provider("dify"))) == (reason, may_pass, f"HTTP {status} {code}")


@pytest.mark.parametrize(("status", "code", "reason", "may_pass"), ERRORS)
async def test_error_event_is_understood_by_its_code(vendor, status, code, reason, may_pass):
    vendor.says(sse(message("Hel"), {"event": "error", "code": code, "status": status, "message": "why: key-1234"}))
    assert await failure_of(events_of(vendor.provider("dify"))) == (reason, may_pass, f"HTTP {status} {code}")
    assert len(vendor.requests) == 1


async def test_failed_workflow_is_an_error(vendor):
    vendor.says(recording("dify_chatflow_failed.sse"))
    assert await failure_of(events_of(vendor.provider("dify"))) == (
        ErrorReason.REJECTED,
        False,
        "HTTP 400 invalid_param",
    )


@pytest.mark.parametrize("error", [{}, {"code": 5}, {"code": "why: what was asked"}])
async def test_error_without_a_code_is_an_error(vendor, error):
    vendor.says(sse({"event": "error", **error}))
    assert await failure_of(events_of(vendor.provider("dify"))) == (ErrorReason.UNAVAILABLE, True, "error")


async def test_stream_that_ends_before_the_answer_is_interrupted(vendor):
    vendor.says(sse(message("Hel")))
    assert await failure_of(events_of(vendor.provider("dify"))) == (ErrorReason.INTERRUPTED, True, "no message_end")


@pytest.fixture
def stream(vendor):
    """The vendor's first reply says one word and then nothing."""
    return vendor.says(sse(message("Hel", task_id="task/1")), asyncio.Event())


async def begun(vendor: FakeVendor):
    """An answer that has said its first word."""
    answer = vendor.provider("dify").answer(AnswerRequest("why", user="speaker-1"))
    assert await anext(answer) == TextDelta("Hel")
    return answer


def was_stopped(vendor: FakeVendor) -> bool:
    _asked, *others = vendor.requests
    return [(request.method, request.url.raw_path, json.loads(request.content)) for request in others] == [
        ("POST", b"/v1/chat-messages/task%2F1/stop", {"user": "speaker-1"})
    ]


async def test_leaving_early_stops_the_generation(vendor, stream, caplog):
    vendor.says_json({"result": "success"})
    answer = await begun(vendor)
    await answer.aclose()
    assert was_stopped(vendor)
    assert stream.is_closed
    assert not caplog.messages


async def test_conversation_of_an_interrupted_answer_is_remembered(vendor):
    vendor.says(sse(message("Hel", conversation_id="c7")), asyncio.Event())
    remembered: list[str] = []
    answer = vendor.provider("dify").answer(AnswerRequest("why", remember=remembered.append))
    await anext(answer)
    await answer.aclose()
    assert remembered == ["c7"]


async def test_cancelling_stops_the_generation(vendor, stream, caplog):
    vendor.says_json({"result": "success"})
    waiting = asyncio.create_task(anext(await begun(vendor)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert was_stopped(vendor)
    assert stream.is_closed
    assert not caplog.messages


async def test_second_cancellation_waits_until_the_stop_is_sent(vendor, stream, caplog):
    gate = asyncio.Event()
    stop = vendor.says(gate, b'{"result": "success"}', kind="application/json")
    closing = asyncio.create_task((await begun(vendor)).aclose())
    await stop.is_read.wait()
    closing.cancel()
    await asyncio.sleep(0)
    assert not closing.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await closing
    assert was_stopped(vendor)
    assert not caplog.messages
    assert "stop Dify" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_stop_that_is_not_answered_takes_a_bounded_time(vendor, stream, monkeypatch, caplog):
    monkeypatch.setattr(dify, "STOP_TIMEOUT_S", 0.02)
    vendor.says(asyncio.Event())
    answer = await begun(vendor)
    await answer.aclose()
    assert was_stopped(vendor)
    assert caplog.messages == ["Dify could not be told to stop: timeout"]


async def test_stop_that_fails_is_no_error(vendor, stream, caplog):
    vendor.replies.append(httpx.ConnectError("key-1234"))
    answer = await begun(vendor)
    await answer.aclose()
    assert was_stopped(vendor)
    assert caplog.messages == ["Dify could not be told to stop: unreachable"]


async def test_answer_that_is_over_is_not_stopped(vendor):
    vendor.says(recording("dify.sse"))
    async with aclosing(vendor.provider("dify").answer(AnswerRequest("why"))) as answer:
        async for event in answer:
            if isinstance(event, AnswerEnded):
                break
    assert len(vendor.requests) == 1


async def test_failed_answer_is_not_stopped(vendor):
    vendor.says(sse(message("Hel")), httpx.ReadError("cut"))
    assert await failure_of(events_of(vendor.provider("dify"))) == (ErrorReason.INTERRUPTED, True, "ReadError")
    assert len(vendor.requests) == 1


async def test_question_whose_answer_has_not_begun_cannot_be_stopped(vendor):
    stream = vendor.says(asyncio.Event())
    answering = asyncio.create_task(events_of(vendor.provider("dify")))
    await stream.is_read.wait()
    answering.cancel()
    await asyncio.wait([answering])
    assert len(vendor.requests) == 1
    assert stream.is_closed


async def test_stream_is_heard_out_for_a_bounded_time_after_the_end(vendor, monkeypatch):
    monkeypatch.setattr(dify, "LINGER_S", 0.02)
    stream = vendor.says(recording("dify.sse"), asyncio.Event())
    assert (await events_of(vendor.provider("dify")))[-1] == END
    assert stream.is_closed


async def test_connection_that_breaks_after_the_end_is_no_error(vendor):
    vendor.says(recording("dify.sse"), httpx.ReadError("cut"))
    assert (await events_of(vendor.provider("dify")))[-1] == END


async def test_suggested_questions_are_told_before_the_end(vendor):
    vendor.says(recording("dify_agent.sse"))
    vendor.says_json({"result": "success", "data": ["And then?", "为什么？"]})
    told = await events_of(vendor.provider("dify", is_suggesting=True), user="speaker-1")
    assert told[-2:] == [QuestionsSuggested(("And then?", "为什么？")), END]
    assert str(vendor.requests[1].url) == f"https://vendor.example/v1/messages/{MESSAGE}/suggested?user=speaker-1"


@pytest.mark.parametrize(
    "reply",
    [
        {"result": "success", "data": []},
        {"code": "app_suggested_questions_after_answer_disabled", "status": 403},
        {"data": [5]},
        [],
    ],
)
async def test_suggested_questions_that_do_not_come_are_no_error(vendor, reply):
    vendor.says(recording("dify_agent.sse"))
    vendor.says_json(reply, status=403 if "code" in reply else 200)
    assert (await events_of(vendor.provider("dify", is_suggesting=True)))[-2:] == [TextDelta("界"), END]


async def test_suggested_questions_are_waited_for_a_bounded_time(vendor, monkeypatch):
    monkeypatch.setattr(dify, "SUGGESTIONS_TIMEOUT_S", 0.02)
    vendor.says(recording("dify_agent.sse"))
    vendor.says(asyncio.Event())
    assert (await events_of(vendor.provider("dify", is_suggesting=True)))[-2:] == [TextDelta("界"), END]
