"""What Dify keeps beside answers: conversations, feedback, and whether it is there."""

import pytest

from providers_app.contract import (
    ConversationKeeper,
    ErrorReason,
    FeedbackTaker,
    TextDelta,
    Turn,
    VendorConversation,
)
from providers_app.tests.dify_app import END, failure_of
from providers_app.tests.recorded.streams import recording
from providers_app.tests.vendor import FakeVendor, events_of


@pytest.fixture
def vendor():
    return FakeVendor()


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
