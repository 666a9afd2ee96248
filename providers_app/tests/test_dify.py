"""Dify's chat, agent and chatflow apps: what they are sent, and what their streams tell."""

import pytest

from providers_app.contract import (
    AnswerEnded,
    AnswerRestarted,
    ErrorReason,
    Source,
    SourcesFound,
    TextDelta,
)
from providers_app.tests.dify_app import CONVERSATION, END, GREETINGS, failure_of, message, said
from providers_app.tests.recorded.streams import packets, recording
from providers_app.tests.vendor import FakeVendor, events_of, sse


@pytest.fixture
def vendor():
    return FakeVendor()


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
