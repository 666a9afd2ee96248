"""A client that goes from one session to another over the same socket."""

import asyncio
import threading

import pytest

from sessions_app import archive
from sessions_app.models import RealtimeSession, TranscriptSegment
from sessions_app.tests.sockets import TIMEOUT_S, connected, summary

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted")]


async def test_unknown_name_starts_a_session_under_it():
    async with connected() as client:
        await client.say("this is fine", session_id="meeting-1")
        frames = await client.until_stage("waiting_for_question")
    assert {frame["session_id"] for frame in frames} == {"meeting-1"}
    assert [frame.get("seq") for frame in frames] == [None, 1]
    segment = await TranscriptSegment.objects.select_related("session").aget()
    assert (segment.session.name, segment.session.is_server_made, segment.index) == ("meeting-1", False, 0)


async def test_going_back_resumes_counts_and_context(scripted):
    async with connected() as client:
        await client.say("we spoke of rag")
        await client.until_stage("waiting_for_question")
        await client.send(type="keepalive", session_id="other")
        assert (await client.frame())["session_id"] == "other"
        await client.say("how does it work", session_id=client.session_id)
        frames = await client.until_idle()
    assert [frame["seq"] for frame in frames[1:]] == list(range(3, 3 + len(frames) - 1))
    assert scripted.requests[0].context == ("we spoke of rag",)
    session = await RealtimeSession.objects.aget(name=client.session_id)
    assert (session.end_reason, await session.segments.acount()) == ("disconnected", 2)
    assert (await RealtimeSession.objects.aget(name="other")).end_reason == "switched"


async def test_session_of_somebody_else_is_forbidden():
    async with connected() as owner, connected() as stranger:
        await stranger.say("let me in", session_id=owner.session_id)
        error = await stranger.frame()
        assert (error["code"], error["session_id"]) == ("SESSION_FORBIDDEN", stranger.session_id)
        await stranger.send(type="keepalive")
        assert summary(await stranger.frame()) == "ack keepalive"
    assert not await TranscriptSegment.objects.aexists()


async def test_session_that_cannot_be_looked_up_is_refused_in_time(monkeypatch):
    answers = threading.Event()
    monkeypatch.setattr(archive, "LOOKUP_TIMEOUT_S", 0.05)
    async with connected() as client:
        monkeypatch.setattr(RealtimeSession.objects, "filter", lambda **_: answers.wait(TIMEOUT_S))
        await client.say("let us meet there", session_id="meeting")
        error = await client.frame()
        assert (error["code"], error["details"]) == ("SERVICE_UNAVAILABLE", {"field": "session_id"})
        assert error["session_id"] == client.session_id
        answers.set()
        monkeypatch.undo()
        await client.send(type="keepalive", session_id="meeting")
        assert summary(await client.frame()) == "ack keepalive"


async def test_two_clients_may_choose_the_same_name():
    async with connected() as one, connected() as two:
        for client in (one, two):
            await client.send(type="keepalive", session_id="meeting")
            assert (await client.frame())["session_id"] == "meeting"
    assert await RealtimeSession.objects.filter(name="meeting").acount() == 2


async def test_switching_cancels_what_is_being_answered(scripted):
    scripted.script = [asyncio.Event()]
    async with connected() as client:
        await client.say("how do i reset it")
        await client.until_stage("querying_rag")
        await client.send(type="keepalive", session_id="other")
        frames = await client.frames_until(lambda frame: frame["session_id"] == "other")
        assert [summary(frame) for frame in frames if frame["session_id"] == "other"] == ["ack keepalive"]
    assert scripted.stopped == ["how do i reset it"]


async def test_paused_client_stays_paused_in_another_session():
    async with connected() as client:
        await client.control("pause")
        await client.until_stage("paused")
        await client.say("this is fine", session_id="other")
        frame = await client.frame()
        assert (frame["session_id"], frame["message"]) == ("other", "paused")
