"""The runner alone: what it puts on record, what it waits for, and what it does about those who do not answer."""

import asyncio
import json
from itertools import count

import pytest

from providers_app.contract import AnswerEnded, Dialogue, ProviderChosen, TextDelta
from sessions_app import runner as runner_module
from sessions_app.domain import listening
from sessions_app.domain.beginning import Beginning
from sessions_app.domain.conversation import Conversation
from sessions_app.domain.events import AnswerEnded as AnswerOnRecord
from sessions_app.domain.events import Outcome, SegmentCorrected, SegmentHeard
from sessions_app.domain.protocol import Action, AsrChunk, Control
from sessions_app.domain.rendering import Numbering
from sessions_app.outbox import Outbox
from sessions_app.runner import Ports, SessionRunner

FINAL = AsrChunk(text="why?", is_final=True, segment_id="s1")


class World:
    """Keeps what is recorded and sent; `refused` names the kinds of event that cannot be stored."""

    def __init__(self, conversation, ask):
        self.records = []
        self.frames = []
        self.refused = ()
        self.revision = 1
        self.may_send = asyncio.Event()
        self.may_send.set()
        self.outbox = Outbox(self.send, 100, 5)
        self.passed_on = []
        ports = Ports(self.outbox, self.record, ask, lambda: self.revision, self.pass_on, self.outbox.close)
        self.runner = SessionRunner(conversation, Numbering("s"), ports, Dialogue("u1"))
        self.sending = asyncio.create_task(self.outbox.run())

    async def send(self, message):
        await self.may_send.wait()
        self.frames.append(json.loads(message["text"]))

    def record(self, event):
        self.records.append(event)
        done = asyncio.get_running_loop().create_future()
        done.set_result("e1" if isinstance(event, self.refused) else None)
        return done

    async def pass_on(self, given):
        self.passed_on.append(given)

    async def until(self, condition):
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 - all of it happens in this loop
                await asyncio.sleep(0)

    def kinds(self):
        return [frame.get("code") or frame.get("stage") or frame["type"] for frame in self.frames]


async def answer(_request, _dialogue):
    yield ProviderChosen("fake")
    yield TextDelta("Because.")
    yield AnswerEnded()


@pytest.fixture
def world(conversation):
    async def build(ask=answer):
        return World(conversation, ask)

    return build


async def test_ack_waits_for_the_final_and_not_for_the_question_in_it(world):
    world = await world()
    world.refused = SegmentHeard
    world.runner.receive(FINAL)
    await world.until(lambda: "idle" in world.kinds())
    assert "ack" not in world.kinds()
    assert [frame["details"] for frame in world.frames if frame["type"] == "error"] == [
        {"error_id": "e1", "segment_id": "s1"}
    ]


async def test_final_that_was_refused_counts_as_new_when_it_is_sent_again(world):
    world = await world()
    world.refused = SegmentHeard
    world.may_send.clear()
    world.runner.receive(FINAL)
    await world.until(lambda: len(world.records) > 2)
    await asyncio.sleep(0)
    world.refused = ()
    world.runner.receive(FINAL)
    world.may_send.set()
    await world.until(lambda: "ack" in world.kinds() and "idle" in world.kinds())
    assert [record.index for record in world.records if isinstance(record, SegmentHeard)] == [0, 1]
    assert world.kinds().count("ack") == 1


async def test_correction_that_was_refused_is_stored_when_it_is_sent_again(world):
    world = await world()
    world.runner.receive(AsrChunk(text="fine", is_final=True, segment_id="s1"))
    await world.until(lambda: "ack" in world.kinds())
    correction = AsrChunk(text="is fine", is_final=True, segment_id="s1")
    world.refused = SegmentCorrected
    world.runner.receive(correction)
    await world.until(lambda: "SERVER_ERROR" in world.kinds())
    world.refused = ()
    world.runner.receive(correction)
    await world.until(lambda: world.kinds().count("ack") == 2)
    assert len([record for record in world.records if isinstance(record, SegmentCorrected)]) == 2


async def test_final_sent_again_while_it_is_being_refused_is_refused_too(world):
    world = await world()
    world.refused = SegmentHeard
    world.runner.receive(FINAL)
    world.runner.receive(FINAL)
    await world.until(lambda: world.kinds().count("SERVER_ERROR") == 2)
    assert "ack" not in world.kinds()


async def test_latency_counts_from_the_arrival_of_the_final(detector, monkeypatch):
    clock = count()
    monkeypatch.setattr(runner_module, "perf_counter", lambda: next(clock))
    ids = count()
    world = World(Conversation(detector, lambda: str(next(ids)), Beginning()), answer)
    world.runner.receive(FINAL)
    await world.until(lambda: "idle" in world.kinds())
    latency = next(frame["latency_ms"] for frame in world.frames if frame.get("final"))
    assert 0 < latency["detect"] < latency["first_token"] < latency["total"]


async def test_held_question_is_asked_when_patience_is_over(world, monkeypatch):
    monkeypatch.setattr(listening, "PATIENCE_S", 0.01)
    world = await world()
    world.runner.receive(AsrChunk(text="what is the difference…", is_final=True))
    assert "analyzing" not in world.kinds()
    await world.until(lambda: "idle" in world.kinds())
    assert world.kinds() == ["ack", "waiting_for_question", "analyzing", "querying_rag", "answer", "answer", "idle"]
    assert world.frames[-2]["latency_ms"]["detect"] >= 10


async def test_hanging_up_ends_all_patience(world):
    world = await world()
    world.runner.receive(AsrChunk(text="what is the difference…", is_final=True))
    world.runner.receive(AsrChunk(text="what…", is_final=True, speaker="ben"))
    assert len(world.runner._patience._timers) == 2
    await world.runner.hang_up()
    assert not world.runner._patience._timers


async def test_question_said_again_is_asked_again_once_others_answer(world):
    world = await world()
    for revision in (1, 1, 2):
        world.revision = revision
        world.runner.receive(AsrChunk(text="why?", is_final=True))
        await world.until(lambda: not world.runner._tasks and world.kinds()[-1] in {"idle", "waiting_for_question"})
    assert world.kinds().count("querying_rag") == 2


@pytest.fixture
def stubborn(monkeypatch):
    """A provider that does not let go."""
    monkeypatch.setattr(runner_module, "LET_GO_TIMEOUT_S", 0.01)
    gone = asyncio.Event()

    async def answer(_request, _dialogue):
        yield ProviderChosen("fake")
        yield TextDelta("Be")
        try:
            await gone.wait()
        except asyncio.CancelledError:
            await gone.wait()
        yield TextDelta("cause")

    return answer, gone


async def test_provider_that_does_not_let_go_is_given_up(world, stubborn):
    ask, gone = stubborn
    world = await world(ask)
    world.runner.receive(FINAL)
    await world.until(lambda: "answer" in world.kinds())
    world.runner.receive(Control(action=Action.CANCEL))
    await world.until(lambda: "idle" in world.kinds())
    gone.set()
    await world.until(world.runner._task.done)
    assert world.kinds()[-2:] == ["ack", "idle"]
    ended = [record for record in world.records if isinstance(record, AnswerOnRecord)]
    assert [(record.outcome, record.content) for record in ended] == [(Outcome.CANCELLED, "Be")]


async def test_hanging_up_does_not_wait_for_a_provider_that_does_not_let_go(world, stubborn):
    ask, gone = stubborn
    world = await world(ask)
    world.runner.receive(FINAL)
    await world.until(lambda: "answer" in world.kinds())
    await world.runner.hang_up()
    assert world.records[-1].outcome is Outcome.CANCELLED
    gone.set()
    await world.until(world.runner._task.done)


async def test_hanging_up_during_a_cancellation_lets_the_provider_clean_up(world):
    stopped = []
    may_stop = asyncio.Event()

    async def ask(_request, _dialogue):
        yield ProviderChosen("fake")
        yield TextDelta("Be")
        try:
            await asyncio.Event().wait()
        finally:
            await may_stop.wait()
            stopped.append("at the vendor too")

    world = await world(ask)
    world.runner.receive(FINAL)
    await world.until(lambda: "answer" in world.kinds())
    world.runner.receive(Control(action=Action.CANCEL))
    await asyncio.sleep(0)
    hanging_up = asyncio.create_task(world.runner.hang_up())
    await asyncio.sleep(0)
    may_stop.set()
    await hanging_up
    assert stopped == ["at the vendor too"]
