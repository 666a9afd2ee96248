"""Dify's chat, agent and chatflow apps: what is sent, what their streams tell, and what is stopped."""

import asyncio
import json
from contextlib import aclosing
from typing import Any

import httpx
import pytest

from providers_app.adapters.dify import provider as dify
from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    AnswerRestarted,
    ConversationKeeper,
    ErrorReason,
    FeedbackTaker,
    ProviderError,
    ProviderEvent,
    QuestionsSuggested,
    Source,
    SourcesFound,
    TextDelta,
    Turn,
    VendorConversation,
)
from providers_app.tests.recorded.streams import packets, recording
from providers_app.tests.vendor import FakeVendor, events_of, sse

CONVERSATION = "b3a1e0c4-6a9e-4c59-8a5c-5f0c4a6d1f10"
MESSAGE = "7d4f1f0e-52a5-4b6c-9a39-3d6b8a5e2c11"
TASK = "c1f0a9d2-8d0b-4f6a-b9d1-2f6f0b7a9e12"
END = AnswerEnded(
    usage={"prompt_tokens": 1033, "completion_tokens": 2, "total_tokens": 1035},
    memory=CONVERSATION,
    message_id=MESSAGE,
)
GREETINGS = Source(1, "greetings.md", "Say hello to the world.", score=0.98457545)
ENDED = sse({"event": "message_end", "task_id": "t", "message_id": "m", "conversation_id": "c", "metadata": {}})


@pytest.fixture
def vendor():
    return FakeVendor()


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


# --- what its apps say ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", [1, 97, 100_000])
@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        (
            "dify.sse",
            [
                *map(TextDelta, ["Hel", "lo ", "世", "界"]),
                SourcesFound((GREETINGS, Source(2, "Manual", "世界"))),
                END,
            ],
        ),
        ("dify_agent.sse", [*map(TextDelta, ["Hello ", "世", "界"]), END]),
        ("dify_new_agent.sse", [*map(TextDelta, ["Hello ", "世界"]), END]),
        ("dify_chatflow.sse", [*map(TextDelta, ["Hello ", "世", "界"]), SourcesFound((GREETINGS,)), END]),
        (
            "dify_moderated.sse",
            [
                *map(TextDelta, ["Something ", "bad"]),
                AnswerRestarted("replaced"),
                TextDelta("I cannot say that."),
                END,
            ],
        ),
    ],
)
async def test_stream_of_an_app_is_told(vendor, recorded, told, size):
    stream = vendor.says(*packets(recording(recorded), size))
    assert await events_of(vendor.provider("dify")) == told
    assert stream.is_closed
    assert len(vendor.requests) == 1


async def test_replacement_before_the_first_word_is_simply_said(vendor):
    assert await said(vendor, message("No.", "message_replace")) == [TextDelta("No.")]


async def test_whole_answer_at_the_end_adds_what_was_not_said(vendor):
    events = [message("Hel", "agent_message"), message("Hello")]
    assert await said(vendor, *events) == [TextDelta("Hel"), TextDelta("lo")]


async def test_whole_answer_at_the_end_may_leave_out_what_was_said_before_a_tool_was_used(vendor):
    events = [message("Let me see. ", "agent_message"), message("Hello", "agent_message"), message("Hello")]
    assert await said(vendor, *events) == [TextDelta("Let me see. "), TextDelta("Hello")]


async def test_whole_answer_at_the_end_that_differs_counts(vendor):
    events = [message("Perhaps", "agent_message"), message("Hello")]
    assert await said(vendor, *events) == [TextDelta("Perhaps"), AnswerRestarted("replaced"), TextDelta("Hello")]


async def test_piece_that_repeats_what_was_said_is_no_whole_answer(vendor):
    assert await said(vendor, message("ha"), message("ha")) == [TextDelta("ha"), TextDelta("ha")]


async def test_reasoning_of_each_step_is_no_part_of_the_answer(vendor):
    steps = [
        message("<think>a</think>One. ", from_variable_selector=["llm1", "text"]),
        message("<think>b</th", from_variable_selector=["llm2", "text"]),
        message("ink>Two.", from_variable_selector=["llm2", "text"]),
        message("<", from_variable_selector=["end", "answer"]),
    ]
    assert await said(vendor, *steps) == [TextDelta("One. "), TextDelta("Two."), TextDelta("<")]


async def test_event_that_is_not_as_it_should_be_is_passed_over(vendor):
    odd = [{"event": "message", "answer": None}, {"event": 5}, {}, {"event": "message", "answer": ["x"]}]
    assert await said(vendor, *odd, {"event": "new_event"}, message("yes")) == [TextDelta("yes")]


@pytest.mark.parametrize("metadata", [None, {}, {"usage": None, "retriever_resources": None}, {"usage": 5}, "x"])
async def test_end_without_usage_and_sources_is_an_end(vendor, metadata):
    vendor.says(sse(message("yes"), {"event": "message_end", "id": "m", "metadata": metadata}))
    assert await events_of(vendor.provider("dify")) == [TextDelta("yes"), AnswerEnded(message_id="m")]


# --- what is sent -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("base_url", ["https://dify.example", "https://dify.example/v1", "https://dify.example/v1/"])
async def test_question_is_posted(vendor, base_url):
    vendor.says(recording("dify.sse"))
    await events_of(vendor.provider("dify", base_url), user="speaker-1", memory=CONVERSATION)
    (request,) = vendor.requests
    assert (request.method, str(request.url)) == ("POST", "https://dify.example/v1/chat-messages")
    assert request.headers["authorization"] == "Bearer key-1234"
    assert vendor.bodies == [
        {
            "query": "why",
            "inputs": {},
            "user": "speaker-1",
            "conversation_id": CONVERSATION,
            "response_mode": "streaming",
            "auto_generate_name": False,
        }
    ]


async def test_options_are_sent(vendor):
    vendor.says(recording("dify.sse"))
    options = {"user": "front-end", "inputs": {"tone": "kind", "context": "x"}, "context_input": "context"}
    await events_of(vendor.provider("dify", **options), user="speaker-1", context=("One.", "Two."))
    (body,) = vendor.bodies
    assert (body["user"], body["inputs"]) == ("front-end", {"tone": "kind", "context": "One.\nTwo."})
    assert options["inputs"] == {"tone": "kind", "context": "x"}


@pytest.mark.parametrize(("memory", "query"), [("", "And lifts: why?"), (CONVERSATION, "why")])
async def test_question_that_leans_on_another_stands_alone_where_dify_does_not_remember(vendor, memory, query):
    vendor.says(recording("dify.sse"))
    await events_of(vendor.provider("dify"), memory=memory, standalone="And lifts: why?")
    assert vendor.bodies[0]["query"] == query


async def test_app_cannot_be_asked_without_a_key(vendor):
    assert await failure_of(events_of(vendor.provider("dify", key=""))) == (ErrorReason.KEY_MISSING, False, "")
    assert not vendor.requests


async def test_speaker_without_a_name_is_somebody_all_the_same(vendor):
    vendor.says(recording("dify.sse"))
    await events_of(vendor.provider("dify"))
    assert vendor.bodies[0]["user"] == "anonymous"


# --- the conversation -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "conversation_not_exists"), (404, "not_found"), (400, "conversation_completed")],
)
async def test_conversation_that_is_gone_begins_anew(vendor, status, code):
    gone = vendor.says_json({"code": code, "message": "Conversation Not Exists.", "status": status}, status=status)
    vendor.says(recording("dify_agent.sse"))
    told = await events_of(vendor.provider("dify"), memory="old")
    assert told == [*map(TextDelta, ["Hello ", "世", "界"]), END]
    assert [body["conversation_id"] for body in vendor.bodies] == ["old", ""]
    assert gone.is_closed


@pytest.mark.parametrize(("memory", "requests"), [("", 1), ("old", 2)])
async def test_app_that_is_not_there_is_not_found(vendor, memory, requests):
    for _ in range(requests):
        vendor.says_json({"code": "not_found", "status": 404}, status=404)
    failure = await failure_of(events_of(vendor.provider("dify"), memory=memory))
    assert failure == (ErrorReason.NOT_FOUND, False, "HTTP 404 not_found")
    assert len(vendor.requests) == requests


# --- errors -----------------------------------------------------------------------------------------------------------
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


# --- stopping ---------------------------------------------------------------------------------------------------------
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


# --- suggested questions ----------------------------------------------------------------------------------------------
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


# --- besides answers --------------------------------------------------------------------------------------------------
async def test_check_reads_the_parameters_of_the_app(vendor):
    vendor.says_json({"opening_statement": ""})
    await vendor.provider("dify").check()
    assert str(vendor.requests[0].url) == "https://vendor.example/v1/parameters"


async def test_check_says_what_a_question_would_meet(vendor):
    vendor.says_json({"code": "unauthorized", "message": "Access token is invalid", "status": 401}, status=401)
    assert await failure_of(vendor.provider("dify").check()) == (
        ErrorReason.UNAUTHORIZED,
        False,
        "HTTP 401 unauthorized",
    )


@pytest.mark.parametrize(("rating", "sent"), [("like", "like"), ("dislike", "dislike"), ("", None)])
async def test_feedback_is_passed_on(vendor, rating, sent):
    provider = vendor.provider("dify")
    assert isinstance(provider, FeedbackTaker)
    vendor.says_json({"result": "success"})
    await provider.rate("m/1", "speaker-1", rating, "好")
    assert vendor.requests[0].url.raw_path == b"/v1/messages/m%2F1/feedbacks"
    assert vendor.bodies == [{"rating": sent, "user": "speaker-1", "content": "好"}]


async def test_conversations_are_listed(vendor):
    provider = vendor.provider("dify")
    assert isinstance(provider, ConversationKeeper)
    vendor.says_json(
        {
            "limit": 20,
            "has_more": False,
            "data": [
                {"id": "c2", "name": "Lifts", "inputs": {}, "status": "normal", "created_at": 5, "updated_at": 9},
                {"id": "c1", "name": None, "created_at": 4},
            ],
        }
    )
    assert await provider.conversations("speaker-1", 500) == [
        VendorConversation("c2", "Lifts", 9),
        VendorConversation("c1", "", 4),
    ]
    assert str(vendor.requests[0].url) == "https://vendor.example/v1/conversations?user=speaker-1&limit=100"


async def test_turns_are_read_oldest_first(vendor):
    vendor.says_json(
        {
            "data": [
                {"id": "2", "query": "And then?", "answer": "Nothing.", "created_at": 2, "feedback": None},
                {"id": "1", "query": "Why?", "answer": "Because.", "created_at": 1},
            ]
        }
    )
    turns = await vendor.provider("dify").turns("c1", "", 5)
    assert turns == [Turn("Why?", "Because."), Turn("And then?", "Nothing.")]
    assert dict(vendor.requests[0].url.params) == {"conversation_id": "c1", "user": "anonymous", "limit": "5"}


@pytest.mark.parametrize("reply", [{}, [], {"data": None}, {"data": [{"name": "x"}]}, {"data": "x"}])
async def test_list_that_is_none_is_malformed(vendor, reply):
    vendor.says_json(reply)
    assert await failure_of(vendor.provider("dify").conversations("u", 5)) == (ErrorReason.MALFORMED, True, "no list")


async def test_conversation_is_renamed(vendor):
    vendor.says_json({"id": "c1", "name": "Lifts"})
    await vendor.provider("dify").rename("../c1", "speaker-1", "Lifts")
    assert vendor.requests[0].url.raw_path == b"/v1/conversations/..%2Fc1/name"
    assert vendor.bodies == [{"name": "Lifts", "auto_generate": False, "user": "speaker-1"}]


async def test_conversation_is_deleted(vendor):
    vendor.says(status=204)
    await vendor.provider("dify").delete("c1", "speaker-1")
    assert (vendor.requests[0].method, vendor.requests[0].url.path) == ("DELETE", "/v1/conversations/c1")
    assert vendor.bodies == [{"user": "speaker-1"}]
