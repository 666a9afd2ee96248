"""What a client is told, and what stays on record, when something behind the socket fails."""

import asyncio
import json
from typing import Any
from unittest.mock import ANY

import pytest
from django.db import IntegrityError

from providers_app.contract import AnswerEnded, ErrorReason, ProviderError, TextDelta
from providers_app.definition import Limits
from providers_app.tests.scripted import ScriptedProvider, definition
from sessions_app.consumers import RealtimeConsumer
from sessions_app.models import Answer, RealtimeSession
from sessions_app.tests.sockets import SPEECH, SocketClient, connected, everything_is_written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("script", "code", "reason", "outcome"),
    [
        ([ProviderError(ErrorReason.UNAVAILABLE, may_pass=True)], "RAG_ERROR", "unavailable", "failed"),
        (
            [TextDelta("Pre"), ProviderError(ErrorReason.INTERRUPTED, may_pass=True)],
            "RAG_ERROR",
            "interrupted",
            "partial",
        ),
        ([AnswerEnded()], "RAG_ERROR", "empty", "failed"),
        ([TextDelta("Pre")], "RAG_ERROR", "malformed", "partial"),
    ],
)
async def test_failing_provider_ends_in_a_typed_error(scripted, script, code, reason, outcome):
    scripted.script = script
    async with connected() as client:
        await client.say(SPEECH)
        frames = await client.until_idle()
    assert frames[-2]["code"] == code
    assert frames[-2]["details"]["reason"] == reason
    answer = await Answer.objects.select_related("question").aget()
    assert (answer.outcome, answer.question.outcome, answer.error_reason) == (outcome, outcome, reason)


async def test_silent_provider_times_out(providers):
    scripted = ScriptedProvider([asyncio.Event()])
    providers.have([definition("slow", limits=Limits(first_token_timeout_s=0.01, max_attempts=1))], scripted)
    async with connected() as client:
        await client.say(SPEECH)
        frames = await client.until_idle()
    assert frames[-2]["details"]["reason"] == "timeout"
    assert scripted.stopped == [SPEECH]


async def test_unforeseen_error_tells_the_client_an_id_and_the_log_no_text(scripted, monkeypatch, caplog):
    monkeypatch.setattr(scripted, "answer", lambda _request: int("secret words"))
    async with connected() as client:
        await client.say(SPEECH)
        error = (await client.until_idle())[-2]
    assert (error["code"], error["details"]["reason"]) == ("SERVER_ERROR", "internal")
    assert error["details"]["error_id"] in caplog.text
    assert "ValueError" in caplog.text
    assert "secret" not in json.dumps(error) + caplog.text
    assert SPEECH not in caplog.text


async def test_session_deleted_meanwhile_refuses_what_cannot_be_stored():
    async with connected() as client:
        await RealtimeSession.objects.all().adelete()
        await client.say("this is fine", segment_id="s1")
        frames = await client.frames_until(lambda frame: frame["type"] in {"ack", "error"})
        assert frames[-1]["type"] == "error"
        assert frames[-1]["code"] == "SERVER_ERROR"
        assert frames[-1]["details"] == {"error_id": ANY, "segment_id": "s1"}


async def test_session_that_cannot_be_stored_is_closed(monkeypatch):
    def fail(_entries):
        raise IntegrityError

    monkeypatch.setattr("sessions_app.journal.write", fail)
    client = SocketClient()
    assert (await client.socket.connect())[0]
    frames = await client.frames_until(lambda frame: frame["type"] == "error")
    assert frames[-1]["code"] == "SERVER_ERROR"
    assert await client.closed_with() == 1011
    await client.socket.wait()


async def test_server_that_closes_while_frames_are_under_way_is_no_error(gate, caplog):
    """Uvicorn raises `RuntimeError` at whoever sends after it has begun to close."""

    async def send(message):
        if message["type"] == "websocket.send" and "Press" in message["text"]:
            raise RuntimeError
        sent.append(message)

    sent: list[dict[str, Any]] = []
    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    incoming.put_nowait({"type": "websocket.connect"})
    incoming.put_nowait({"type": "websocket.receive", "text": json.dumps({"type": "ask", "text": SPEECH})})
    await RealtimeConsumer()({"type": "websocket"}, incoming.get, send)
    await everything_is_written()
    assert (await RealtimeSession.objects.aget()).end_reason == "disconnected"
    assert not caplog.records


async def hang(*_args):
    await asyncio.Event().wait()


async def break_down(*_args):
    raise ConnectionError


@pytest.mark.parametrize("misbehave", [hang, break_down])
async def test_channel_layer_that_fails_does_not_keep_a_session(gate, scripted, monkeypatch, misbehave):
    monkeypatch.setattr("sessions_app.presence.LAYER_TIMEOUT_S", 0.01)
    monkeypatch.setattr("channels.layers.InMemoryChannelLayer.group_discard", misbehave)
    async with connected() as client:
        await client.say(SPEECH)
        await client.frames_until(lambda frame: frame.get("content") == "Press ")
    assert scripted.stopped == [SPEECH]
    assert (await RealtimeSession.objects.aget()).end_reason == "disconnected"
