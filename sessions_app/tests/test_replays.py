"""Whole dialogues, played to a session whose provider takes its time: each question is answered once, and whole."""

import asyncio
import random
from itertools import count

import pytest

from providers_app.contract import AnswerEnded, AnswerRequest, ProviderChosen, TextDelta
from sessions_app import runner as runner_module
from sessions_app.domain.beginning import Beginning
from sessions_app.domain.conversation import Conversation
from sessions_app.domain.listening import ASKED_BEFORE
from sessions_app.domain.protocol import AsrChunk
from sessions_app.domain.questions import load_detector
from sessions_app.tests.replays import REPLAYS, Replay
from sessions_app.tests.test_runner import World
from sessions_app.tests.virtual_time import VirtualLoop

TIMES = 50
LAST_WORD_S = 30.0


async def play(replay: Replay, pace: random.Random) -> tuple[World, list[AnswerRequest]]:
    """All of it, up to the last answer's end. Lines and answers come a little earlier or later each time."""
    requests: list[AnswerRequest] = []

    async def answer(request, _dialogue):
        requests.append(request)
        yield ProviderChosen("slow")
        for word in ("This", " is", " it."):
            await asyncio.sleep(pace.uniform(0.05, 0.5))
            yield TextDelta(word)
        yield AnswerEnded()

    ids, loop = count(), asyncio.get_running_loop()
    world = World(Conversation(load_detector(), lambda: str(next(ids)), Beginning(options=replay.options)), answer)
    for line in replay.lines:
        await asyncio.sleep(max(line.at + pace.uniform(-0.05, 0.05) - loop.time(), 0))
        world.runner.receive(
            AsrChunk(text=line.text, is_final=line.is_final, speaker=line.speaker, segment_id=line.segment_id)
        )
    await asyncio.sleep(LAST_WORD_S)
    await world.runner.hang_up()
    world.outbox.close()
    await world.sending
    return world, requests


def answered(world: World) -> list[str]:
    """The questions whose answers came to their end, each with all of its text."""
    texts = {frame["question_id"]: frame["question"] for frame in world.frames if frame.get("stage") == "analyzing"}
    said: dict[str, list[str]] = {}
    ended = []
    for frame in world.frames:
        if frame["type"] == "answer":
            said.setdefault(frame["question_id"], []).append(frame["content"])
            if frame["final"]:
                ended.append(texts[frame["question_id"]])
                assert "".join(said[frame["question_id"]]) == "This is it."
    return ended


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.trap)
def test_dialogue_has_its_questions_answered_once_each_time(replay, monkeypatch):
    for seed in range(TIMES):
        with asyncio.Runner(loop_factory=VirtualLoop) as played:
            monkeypatch.setattr(runner_module, "perf_counter", played.get_loop().time)
            world, requests = played.run(play(replay, random.Random(seed)))  # noqa: S311 - no secret
        assert answered(world) == list(replay.answered)
        notes = [frame["note"] for frame in world.frames if frame["type"] == "status" and "note" in frame]
        assert notes.count(ASKED_BEFORE) == replay.said_again
        assert [frame for frame in world.frames if frame["type"] == "error"] == []
        assert replay.context in {"", *requests[-1].context}
