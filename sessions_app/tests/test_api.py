"""`POST /api/ask` through the ASGI application, on a real database, with a scripted provider behind it."""

import json

import pytest

from providers_app.contract import (
    AnswerEnded,
    AnswerRestarted,
    ErrorReason,
    Origin,
    ProviderError,
    SourcesFound,
    TextDelta,
    Turn,
)
from providers_app.tests.scripted import SOURCES, ScriptedProvider, definition
from sessions_app.models import Answer, Question, RealtimeSession
from sessions_app.presence import get_presence
from sessions_app.tests.asking import ask, events_of
from sessions_app.tests.sockets import connected, summary

pytestmark = pytest.mark.django_db(transaction=True)
SOURCE = {"position": 1, "title": "Title", "content": "Text", "url": "", "score": 1.5}


async def test_streams_the_messages_of_the_socket_and_stores_everything(api_client, scripted):
    scripted.script = [SourcesFound(SOURCES), TextDelta("Press\n"), TextDelta("it."), AnswerEnded(model="m1")]
    response = await api_client.post("/api/ask", json={"question": " how do I reset it ", "context": ["It hangs."]})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (response.headers["cache-control"], response.headers["x-accel-buffering"]) == ("no-cache", "no")
    *events, end = events_of(response.text)
    frames = [json.loads(data) for _, _, data in events]
    assert [summary(frame) for frame in frames] == [
        "analyzing", "querying_rag", "answer", "answer Press", "answer it.", "final", "idle",
    ]  # fmt: skip
    assert [(int(number), name) for number, name, _ in events] == [(frame["seq"], frame["type"]) for frame in frames]
    assert [frame["seq"] for frame in frames] == list(range(1, 8))
    assert end == ("end", "{}")
    assert (frames[5]["provider"], frames[5]["model"], frames[5]["sources"]) == ("scripted", "m1", [SOURCE])
    [request] = scripted.requests
    assert (request.question, request.context, request.origin) == ("how do I reset it", ("It hangs.",), Origin.API)

    answer = await Answer.objects.select_related("question__session").aget()
    assert (answer.content, answer.outcome, answer.question.outcome) == ("Press\nit.", "complete", "answered")
    session = answer.question.session
    assert (str(session.pk), str(answer.question.pk)) == (frames[0]["session_id"], frames[0]["question_id"])
    assert (session.end_reason, session.last_seq, answer.question.trigger) == ("disconnected", 7, "typed")
    assert len(get_presence()) == 0


@pytest.mark.parametrize(
    "how",
    [
        {"json": {"question": "why", "stream": False}},
        {"json": {"question": "why"}, "headers": {"Accept": "application/json"}},
    ],
)
async def test_clients_that_do_not_stream_get_one_object(api_client, scripted, how):
    scripted.script = [
        SourcesFound(SOURCES),
        TextDelta("Be"),
        TextDelta("cause."),
        AnswerEnded(usage={"total_tokens": 3}),
    ]
    body = (await api_client.post("/api/ask", **how)).json()
    question = await Question.objects.aget()
    assert body.pop("latency_ms")["total"] >= 0
    assert body == {
        "session_id": str(question.session_id), "question_id": str(question.pk), "answer": "Because.",
        "sources": [SOURCE], "provider": "scripted", "model": "", "usage": {"total_tokens": 3}, "cached": False,
        "finish_reason": "stop",
    }  # fmt: skip


async def test_answer_that_began_anew_holds_nothing_of_the_first_attempt(api_client, scripted):
    scripted.script = [TextDelta("Wro"), AnswerRestarted("unavailable"), TextDelta("Right."), AnswerEnded()]
    assert (await ask(api_client, question="why")).json()["answer"] == "Right."


async def test_session_goes_on_with_its_conversation(api_client, scripted):
    first = (await ask(api_client, question="what is it")).json()
    second = (await ask(api_client, question="and why", session_id=first["session_id"])).json()
    assert second["session_id"] == first["session_id"]
    assert [request.history for request in scripted.requests] == [(), (Turn("what is it", "Because."),)]
    session = await RealtimeSession.objects.aget()
    assert (session.end_reason, session.last_seq) == ("disconnected", 10)
    assert await session.questions.acount() == 2


async def test_provider_may_be_chosen_where_clients_may(api_client, providers):
    one, two = ScriptedProvider(), ScriptedProvider([TextDelta("Two."), AnswerEnded()])
    providers.have([definition("one"), definition("two", is_choosable=True)], one, two)
    assert (await ask(api_client, question="why", provider="two")).json()["provider"] == "two"
    refusal = await ask(api_client, question="why", provider="one")
    assert (refusal.status_code, refusal.json()["details"]) == (400, {"field": "provider"})


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "INVALID_JSON"),
        (b'"why"', 400, "INVALID_MESSAGE"),
        (b'{"question": "\\ud800"}', 400, "INVALID_JSON"),
        (b"{}", 400, "INVALID_MESSAGE"),
        (b'{"question": 5}', 400, "INVALID_MESSAGE"),
        (b'{"question": "a\\u0000b"}', 400, "INVALID_MESSAGE"),
        (b'{"question": "  "}', 400, "EMPTY_QUESTION"),
        (b'{"question": "why", "session_id": "../x"}', 400, "INVALID_MESSAGE"),
        (b'{"question": "why", "session_id": "unknown"}', 404, "SESSION_NOT_FOUND"),
        (b'{"question": "why", "provider": "unknown"}', 400, "INVALID_MESSAGE"),
        (b'{"question": "why", "context": ["a", 2]}', 400, "INVALID_MESSAGE"),
        (json.dumps({"question": "why", "context": ["a"] * 21}).encode(), 400, "INVALID_MESSAGE"),
        (json.dumps({"question": "x" * 10_241}).encode(), 413, "MESSAGE_TOO_LARGE"),
        (json.dumps({"question": "x", "context": ["x" * 10_241]}).encode(), 413, "MESSAGE_TOO_LARGE"),
    ],
)
async def test_what_cannot_be_taken_is_refused_before_anything_is_stored(api_client, scripted, body, status, code):
    response = await api_client.post("/api/ask", content=body)
    assert (response.status_code, response.json()["error"]) == (status, code)
    assert set(response.json()) == {"error", "message", "details"}
    assert not await RealtimeSession.objects.aexists()


async def test_other_methods_are_refused(api_client):
    response = await api_client.get("/api/ask")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.json()["error"] == "METHOD_NOT_ALLOWED"


async def test_session_of_a_socket_is_somebody_elses(api_client, scripted):
    async with connected() as socket:
        response = await ask(api_client, question="why", session_id=socket.session_id)
    assert (response.status_code, response.json()["error"]) == (403, "SESSION_FORBIDDEN")


@pytest.mark.parametrize(
    ("script", "status", "code"),
    [
        ([ProviderError(ErrorReason.UNAVAILABLE, may_pass=True)], 502, "RAG_ERROR"),
        ([TextDelta("Pre"), ProviderError(ErrorReason.INTERRUPTED, may_pass=True)], 502, "RAG_ERROR"),
        ([ProviderError(ErrorReason.NOT_CONFIGURED, may_pass=False)], 503, "SERVICE_UNAVAILABLE"),
    ],
)
async def test_failing_provider_ends_in_a_typed_error(api_client, scripted, script, status, code):
    scripted.script = script
    response = await ask(api_client, question="why")
    assert (response.status_code, response.json()["error"]) == (status, code)
    assert response.json()["details"]["reason"] == script[-1].reason
    assert ("retry-after" in response.headers) == (status == 503)
    streamed = await api_client.post("/api/ask", json={"question": "why"})
    names = [event[-2] for event in events_of(streamed.text)]
    assert names[-3:] == ["error", "status", "end"]
