"""The socket: corrected finals, questions that go on, and how a session is listened to."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from providers_app import live_copy
from providers_app.live_copy import LiveCopy
from sessions_app.defaults import ROW, defaults
from sessions_app.domain.options import SessionOptions
from sessions_app.models import ListeningDefaults, Question, RealtimeSession, TranscriptSegment
from sessions_app.tests.sockets import SPEECH, TIMEOUT_S, connected, summary

pytestmark = pytest.mark.django_db(transaction=True)


async def test_final_sent_again_with_other_words_corrects_the_first(scripted):
    async with connected() as client:
        await client.say("this is fine", segment_id="s1", speaker="Ann", start_ms=5, end_ms=900)
        await client.until_stage("waiting_for_question")
        await client.say(SPEECH, segment_id="s1", speaker="Ann", end_ms=1_100)
        frames = await client.until_idle()
        assert frames[1]["speaker"] == "Ann"
    row = await TranscriptSegment.objects.aget()
    assert (row.text, row.speaker, row.start_ms, row.end_ms, row.verdict) == (SPEECH, "Ann", 5, 1_100, "question")
    assert (await Question.objects.aget()).speaker == "Ann"


async def test_misheard_question_is_replaced_by_its_correction_over_the_socket(gate, scripted):
    misheard, corrected = "how do i share a documint", "how do i share a document"
    async with connected() as client:
        await client.say(misheard, segment_id="s1")
        await client.frames_until(lambda frame: frame.get("content") == "Press ")
        await client.say(corrected, segment_id="s1")
        frames = await client.until_stage("querying_rag")
        assert [summary(frame) for frame in frames] == ["ack asr_chunk", "interrupting", "analyzing", "querying_rag"]
        assert (frames[2]["question"], frames[2]["replaces"]) == (corrected, frames[1]["question_id"])
        gate.set()
        await client.until_idle()
        await client.say(corrected, segment_id="s1")
        await client.send(type="keepalive")
        assert [(await client.frame()).get("received_type") for _ in range(2)] == ["asr_chunk", "keepalive"]
    assert [request.question for request in scripted.requests] == [misheard, corrected]


async def test_question_that_is_taken_back_after_its_answer_is_told_and_kept_so(scripted):
    async with connected() as client:
        await client.say(SPEECH, segment_id="s1")
        asked = (await client.until_idle())[1]
        await client.say("we did reset it", segment_id="s1")
        frames = await client.until_stage("waiting_for_question")
    assert [summary(frame) for frame in frames] == ["ack asr_chunk", "waiting_for_question"]
    assert frames[1]["note"] == "taken back: the words were corrected"
    assert (frames[1]["question_id"], frames[1]["question"]) == (asked["question_id"], SPEECH)
    question = await Question.objects.prefetch_related("answers").aget()
    assert (question.outcome, [answer.outcome for answer in question.answers.all()]) == ("cancelled", ["complete"])


async def test_misspelt_option_is_refused_by_name_and_changes_nothing(scripted):
    async with connected() as client:
        await client.send(type="options", speakers=["Ann"], sensitvity="eager")
        error = await client.frame()
        assert (error["code"], error["details"]["field"]) == ("INVALID_MESSAGE", "sensitvity")
        await client.send(type="options")
        assert (await client.frame())["options"] == client.greeting[0]["options"]


async def test_question_that_goes_on_takes_the_place_of_its_beginning(gate, scripted):
    async with connected() as client:
        await client.say("what is machine learning")
        await client.frames_until(lambda frame: frame.get("content") == "Press ")
        await client.say("and deep learning")
        frames = await client.until_stage("querying_rag")
        assert [summary(frame) for frame in frames] == ["ack asr_chunk", "interrupting", "analyzing", "querying_rag"]
        assert frames[2]["replaces"] == frames[1]["question_id"] != frames[2]["question_id"]
        gate.set()
        await client.until_idle()
    assert scripted.stopped == ["what is machine learning"]
    first, second = [question async for question in Question.objects.order_by("asked_at")]
    assert (first.outcome, second.outcome, second.replaces) == ("replaced", "answered", first.pk)


async def test_options_are_told_kept_and_taken_along(scripted):
    async with connected() as client:
        await client.send(type="options", speakers=["Ann"], sensitivity="precise")
        ack = await client.frame()
        assert (ack["received_type"], ack["options"]["speakers"], ack["options"]["requests"]) == (
            "options",
            ["Ann"],
            True,
        )
        await client.say(SPEECH)
        assert summary((await client.until_stage("waiting_for_question"))[0]) == "ack asr_chunk"
        await client.send(type="keepalive", session_id="other")
        assert (await client.frame())["options"]["speakers"] == ["Ann"]
        await client.send(type="options", speakers="all")
        await client.frame()
        await client.send(type="asr_chunk", text="so", session_id=client.session_id)
        assert (await client.frame())["options"]["speakers"] == ["Ann"]
        await client.send(type="asr_chunk", text="so we")
        assert "options" not in await client.frame()
        await client.send(type="asr_chunk", text=" ", is_final=True, session_id="other")
        assert (await client.frame())["code"] == "EMPTY_QUESTION"
        await client.send(type="keepalive")
        assert (await client.frame())["options"]["speakers"] == "all"
    stored = {session.name: session.options async for session in RealtimeSession.objects.all()}
    assert stored["other"]["sensitivity"] == "precise"
    assert scripted.requests == []


async def test_session_begins_with_the_built_in_options_while_the_database_hangs(scripted, monkeypatch):
    answers = threading.Event()
    monkeypatch.setattr(live_copy, "_thread", ThreadPoolExecutor(1))  # which no other test waits for
    monkeypatch.setattr(live_copy, "FIRST_PATIENCE_S", 0.05)
    hanging = LiveCopy(lambda _known: answers.wait(TIMEOUT_S) and SessionOptions(requests=False), SessionOptions)
    monkeypatch.setattr("sessions_app.consumers.defaults", hanging)
    async with connected() as client:
        assert client.greeting[0]["options"]["requests"] is True
        answers.set()


async def test_operators_say_how_sessions_begin(scripted):
    await ListeningDefaults.objects.acreate(pk=ROW, requests=False, english=False, speakers="Ann\n\n Ben ")
    defaults.forget()
    async with connected() as client:
        options = client.greeting[0]["options"]
    defaults.forget()
    assert (options["requests"], options["languages"], options["speakers"]) == (False, ["zh"], ["Ann", "Ben"])
