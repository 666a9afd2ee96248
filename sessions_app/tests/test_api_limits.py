"""What an HTTP question may take, and who or what ends it."""

import asyncio
import json
from typing import Any

import pytest

from providers_app.contract import (
    Turn,
)
from rtrag_site.asgi import application
from sessions_app import asking
from sessions_app.models import Question, RealtimeSession
from sessions_app.presence import end_session, get_presence
from sessions_app.tests.asking import ask, asking_begins, events_of
from sessions_app.tests.sockets import SocketClient, everything_is_written

pytestmark = pytest.mark.django_db(transaction=True)
SOURCE = {"position": 1, "title": "Title", "content": "Text", "url": "", "score": 1.5}


async def test_question_beyond_the_limit_or_while_the_process_ends_is_told_to_come_again(
    api_client, scripted, settings, monkeypatch
):
    settings.MAX_SOCKETS = 1
    socket = await SocketClient().connect()
    response = await ask(api_client, question="why")
    assert (response.status_code, response.json()["error"]) == (503, "SERVICE_UNAVAILABLE")
    assert response.headers["retry-after"] == "5"
    await socket.socket.disconnect()
    assert (await ask(api_client, question="why")).status_code == 200
    asks = asking.Asks()
    monkeypatch.setattr("sessions_app.api.get_asks", lambda: asks)
    asks.drain()
    assert (await ask(api_client, question="why")).status_code == 503


async def test_question_whose_place_was_taken_while_it_was_looked_up_is_refused(
    api_client, scripted, settings, monkeypatch
):
    settings.MAX_SOCKETS = 1
    socket = SocketClient()

    async def is_choosable(_name: str) -> bool:
        await socket.connect()
        return True

    monkeypatch.setattr("providers_app.gateway.is_choosable", is_choosable)
    assert (await ask(api_client, question="why", provider="any")).status_code == 503
    assert scripted.requests == []
    assert await RealtimeSession.objects.acount() == 1
    await socket.socket.disconnect()


async def test_heartbeats_come_while_nothing_else_does(api_client, gate, monkeypatch):
    monkeypatch.setattr(asking, "HEARTBEAT_S", 0.01)
    asked = asyncio.create_task(api_client.post("/api/ask", json={"question": "why"}))
    asyncio.get_running_loop().call_later(0.2, gate.set)
    events = events_of((await asked).text)
    assert (": ",) in events
    assert events[-1] == ("end", "{}")


async def test_questions_of_one_session_wait_for_each_other(api_client, gate, scripted, monkeypatch):
    gate.set()
    name = (await ask(api_client, question="what is it")).json()["session_id"]
    gate.clear()
    running = asyncio.create_task(ask(api_client, question="why", session_id=name))
    await asking_begins(scripted, 2)
    monkeypatch.setattr(asking, "TURN_PATIENCE_S", 0.01)
    refusal = await ask(api_client, question="how", session_id=name)
    assert (refusal.status_code, refusal.json()["error"]) == (409, "SESSION_BUSY")
    monkeypatch.setattr(asking, "TURN_PATIENCE_S", 5)
    following = asyncio.create_task(ask(api_client, question="how", session_id=name))
    gate.set()
    assert [(await each).status_code for each in (running, following)] == [200, 200]
    assert scripted.requests[-1].history == (
        Turn("what is it", "Press the button."),
        Turn("why", "Press the button."),
    )


async def test_operator_or_the_end_of_the_process_ends_the_answer(api_client, gate, scripted, monkeypatch):
    asked = asyncio.create_task(api_client.post("/api/ask", json={"question": "why"}))
    await asking_begins(scripted, 1)
    await everything_is_written()
    session = await RealtimeSession.objects.aget()
    while not asked.done():  # the process may not listen to its layer yet
        await end_session(session.pk)
        await asyncio.wait([asked], timeout=0.1)
    *_, closed, end = events_of(asked.result().text)
    assert json.loads(closed[-1])["note"] == "ended by an operator"
    assert end == ("end", "{}")
    await session.arefresh_from_db()
    question = await session.questions.aget()
    assert (session.end_reason, question.outcome, scripted.stopped) == ("ended", "cancelled", ["why"])


async def test_client_that_reads_nothing_is_cut_off(gate, scripted, settings):
    settings.WS_SEND_TIMEOUT_S = 0.05
    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    incoming.put_nowait({"type": "http.request", "body": b'{"question": "why"}'})

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/ask",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    with pytest.raises(TimeoutError):
        await application(scope, incoming.get, send)
    assert scripted.stopped == ["why"]
    assert (await Question.objects.aget()).outcome == "cancelled"
    assert (await RealtimeSession.objects.aget()).end_reason == "disconnected"
    assert len(get_presence()) == 0
