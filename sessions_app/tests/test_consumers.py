"""The consumer with its runner and journal, on a real database, with a scripted provider behind it."""

import asyncio

import pytest
from msgspec import json

from providers_app.contract import AnswerEnded, SourcesFound, TextDelta
from providers_app.tests.scripted import SOURCES
from sessions_app.domain.options import SessionOptions
from sessions_app.models import Answer, Question, RealtimeSession, TranscriptSegment
from sessions_app.presence import end_session, get_presence
from sessions_app.tests.sockets import SPEECH, TIMEOUT_S, SocketClient, connected, everything_is_written, summary

pytestmark = pytest.mark.django_db(transaction=True)


async def test_connecting_greets_under_a_new_session():
    async with connected() as client:
        ack, status = client.greeting
        assert ack == {
            "type": "ack",
            "message": "connected",
            "session_id": client.session_id,
            "options": json.decode(json.encode(SessionOptions())),
        }
        assert status == {"type": "status", "stage": "listening", "session_id": client.session_id, "seq": 1}
    session = await RealtimeSession.objects.aget()
    assert (str(session.pk), session.end_reason, session.last_seq) == (client.session_id, "disconnected", 1)


async def test_question_is_answered_with_sources_and_stored(scripted):
    scripted.script = [
        SourcesFound(SOURCES),
        TextDelta("Press the "),
        TextDelta("button."),
        AnswerEnded(model="m1", usage={"total_tokens": 3}),
    ]
    async with connected() as client:
        await client.say("hello everyone")
        await client.until_stage("waiting_for_question")
        await client.say(f"ok so um {SPEECH}", segment_id="s1")
        frames = await client.until_idle()
    assert [summary(frame) for frame in frames] == [
        "ack asr_chunk", "analyzing", "querying_rag", "answer", "answer Press the", "answer button.", "final", "idle",
    ]  # fmt: skip
    assert frames[0] == {
        "type": "ack", "received_type": "asr_chunk", "is_final": True, "segment_id": "s1",
        "session_id": client.session_id,
    }  # fmt: skip
    analyzing, answers = frames[1], frames[3:-1]
    assert analyzing["question"] == SPEECH
    assert 0 < analyzing["confidence"] <= 1
    assert analyzing["reason"]
    assert [frame["seq"] for frame in frames[1:]] == list(range(3, 10))
    assert [frame["stream_index"] for frame in answers] == [0, 1, 2, 3]
    source = {"position": 1, "title": "Title", "content": "Text", "url": "", "score": 1.5}
    assert answers[0]["sources"] == answers[-1]["sources"] == [source]
    assert {frame["question_id"] for frame in answers} == {analyzing["question_id"]}
    final = answers[-1]
    assert (final["provider"], final["model"], final["usage"]) == ("scripted", "m1", {"total_tokens": 3})
    assert (final["finish_reason"], final["cached"]) == ("stop", False)
    assert 0 <= final["latency_ms"]["detect"] <= final["latency_ms"]["first_token"] <= final["latency_ms"]["total"]
    assert scripted.requests[0].context == ("hello everyone", "ok so um")

    answer = await Answer.objects.select_related("question__session").aget()
    assert answer.content == "".join(frame["content"] for frame in answers) == "Press the button."
    assert (answer.outcome, answer.question.outcome, answer.sources) == ("complete", "answered", [source])
    assert (str(answer.question.pk), answer.question.text) == (analyzing["question_id"], SPEECH)
    assert (answer.question.session.language, answer.question.segment_index) == ("en", 1)


async def test_partials_touch_neither_the_record_nor_a_thread(monkeypatch):
    async with connected() as client:
        await everything_is_written()
        monkeypatch.setattr("sessions_app.journal.Journal.put", None)
        monkeypatch.setattr("asgiref.sync.SyncToAsync.__call__", None)
        monkeypatch.setattr("logging.Logger.handle", None)
        for number in range(50):
            await client.send(type="asr_chunk", text="how do i " * number)
            assert summary(await client.frame()) == "ack asr_chunk"
        monkeypatch.undo()
    assert not await TranscriptSegment.objects.aexists()


async def test_final_sent_again_is_stored_once(scripted):
    async with connected() as client:
        await client.say("this is fine", segment_id="s1")
        await client.until_stage("waiting_for_question")
        for _ in range(3):
            await client.say("this is fine", segment_id="s1")
            assert summary(await client.frame()) == "ack asr_chunk"
    assert await TranscriptSegment.objects.acount() == 1


async def test_controls_act_while_an_answer_streams(gate):
    async with connected() as client:
        await client.say(SPEECH)
        await client.frames_until(lambda frame: frame.get("content") == "Press ")
        await client.control("pause")
        assert [summary(await client.frame()) for _ in range(2)] == ["ack control", "paused"]
        await client.send(type="keepalive")
        assert summary(await client.frame()) == "ack keepalive"
        await client.say("how are you")
        assert (await client.frame())["message"] == "paused"
        await client.control("resume")
        assert [summary(await client.frame()) for _ in range(2)] == ["ack control", "listening"]
        gate.set()
        assert [summary(frame) for frame in await client.until_idle()] == ["answer the button.", "final", "idle"]


async def test_cancel_stops_the_answer_at_the_provider(gate, scripted):
    async with connected() as client:
        await client.say(SPEECH)
        await client.frames_until(lambda frame: frame.get("content") == "Press ")
        await client.control("cancel")
        assert [summary(frame) for frame in await client.until_idle()] == ["ack control", "idle"]
        assert scripted.stopped == [SPEECH]
    answer = await Answer.objects.select_related("question").aget()
    assert (answer.content, answer.outcome, answer.question.outcome) == ("Press ", "cancelled", "cancelled")


@pytest.mark.parametrize("turns", range(6))
async def test_instant_query_interrupts_and_no_frame_of_the_old_answer_follows(gate, turns):
    """The old answer wants to go on at each of the event loop's next turns."""
    async with connected() as client:
        await client.say(SPEECH)
        await client.frames_until(lambda frame: frame.get("content") == "Press ")
        await client.control("instant_query")
        for _ in range(turns):
            await asyncio.sleep(0)
        gate.set()
        frames = await client.frames_until(lambda frame: frame.get("final") is True and frame.get("content") == "")
        stages = [summary(frame) for frame in frames]
        after = frames[stages.index("interrupting") :]
        assert [summary(frame) for frame in after[1:3]] == ["instant_query", "querying_rag"]
        assert {frame["mode"] for frame in after[1:3]} == {"instant"}
        assert {frame["question_id"] for frame in after[1:]} == {after[1]["question_id"]}
        assert [frame["stream_index"] for frame in after[3:]] == [0, 1, 2, 3]


async def test_instant_query_before_any_final_is_refused():
    async with connected() as client:
        await client.send(type="asr_chunk", text="how do i")
        await client.frame()
        await client.control("instant_query")
        assert summary(await client.frame()) == "NO_FINAL_ASR"


async def test_question_waits_for_the_running_answer(gate):
    async with connected() as client:
        await client.say(SPEECH)
        await client.frames_until(lambda frame: frame.get("content") == "Press ")
        await client.send(type="ask", text="why")
        assert [summary(await client.frame()) for _ in range(2)] == ["ack ask", "analyzing"]
        gate.set()
        first = await client.until_idle()
        second = await client.until_idle()
    assert [summary(frame) for frame in first] == ["answer the button.", "final", "idle"]
    assert [summary(frame) for frame in second][:2] == ["querying_rag", "answer"]
    assert second[0]["question"] == "why"


async def test_stop_cancels_closes_and_leaves_nothing(gate, scripted):
    client = await SocketClient().connect()
    await client.say(SPEECH)
    await client.frames_until(lambda frame: frame.get("content") == "Press ")
    await client.control("stop")
    assert [summary(await client.frame()) for _ in range(3)] == ["ack control", "idle", "closed"]
    assert await client.closed_with() == 1000
    await client.socket.wait()
    await everything_is_written()
    assert scripted.stopped == [SPEECH]
    assert len(get_presence()) == 0
    assert (await RealtimeSession.objects.aget()).end_reason == "stopped"


async def test_hanging_up_leaves_no_answer_running(gate, scripted):
    async with connected() as client:
        await client.say(SPEECH)
        await client.frames_until(lambda frame: frame.get("content") == "Press ")
        await client.say("how does it work")
        await client.until_stage("analyzing")
    assert scripted.stopped == [SPEECH]
    outcomes = [question.outcome async for question in Question.objects.order_by("asked_at")]
    assert outcomes == ["cancelled", "cancelled"]
    assert (await Answer.objects.aget()).content == "Press "
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_operator_ends_a_session():
    client = await SocketClient().connect()
    session = await RealtimeSession.objects.aget()
    for _ in range(100):  # the process may not listen to its layer yet
        await end_session(session.pk)
        if not await client.socket.receive_nothing(timeout=0.1):
            break
    frame = await client.frame()
    assert (frame["stage"], frame["note"]) == ("closed", "ended by an operator")
    assert await client.closed_with() == 1000
    await client.socket.wait()
    await everything_is_written()
    await session.arefresh_from_db()
    assert session.end_reason == "ended"


async def test_sockets_that_come_at_once_are_not_more_than_there_may_be(monkeypatch, settings):
    settings.MAX_SOCKETS = 1
    asked: list[str] = []
    both_asked = asyncio.Event()

    async def is_choosable(name: str) -> bool:
        asked.append(name)
        if len(asked) == 2:
            both_asked.set()
        await both_asked.wait()
        return True

    monkeypatch.setattr("providers_app.gateway.is_choosable", is_choosable)
    one, two = (SocketClient(path=f"{settings.WS_PATH}?provider=any") for _ in range(2))
    async with asyncio.TaskGroup() as connecting:
        for client in (one, two):
            connecting.create_task(client.socket.connect(timeout=TIMEOUT_S))
    assert sorted([summary(await one.frame()), summary(await two.frame())]) == ["SERVICE_UNAVAILABLE", "ack connected"]
    for client in (one, two):
        await client.socket.disconnect(timeout=TIMEOUT_S)
    await everything_is_written()


async def test_origin_of_another_site_may_not_connect():
    stranger = SocketClient(headers=[(b"origin", b"https://elsewhere.example")])
    assert (await stranger.socket.connect())[0] is False
    async with connected(headers=[(b"origin", b"http://localhost:3000")]) as client:
        assert client.session_id


async def test_unknown_path_is_refused():
    assert (await SocketClient(path="/ws/elsewhere").socket.connect())[0] is False
