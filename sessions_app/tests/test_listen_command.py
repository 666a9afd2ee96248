"""`manage.py listen` against a whole server."""

import asyncio
import json
import os
import re
import subprocess
import sys

from django.conf import settings

from rtrag_site.tests.environ import isolated
from sessions_app.management.commands.listen import OpenMatters, _compact


def listen(url: str, *arguments: str, typed: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "listen", "--url", url, *arguments],
        input=typed,
        env=isolated(os.environ),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_lines_are_spoken_and_every_frame_is_shown_until_all_is_answered(shared_server):
    typed = "hello everyone\nwhat is machine learning\n/pause\nwhat is lost\n/resume\n\n/ask 什么是深度学习\n"
    result = listen(shared_server.ws_url, typed=typed)
    assert (result.returncode, result.stderr) == (0, "")
    lines = [line.partition("  ") for line in result.stdout.splitlines()]
    assert all(re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", time) for time, _, _ in lines)
    shown = [words for _, _, words in lines]
    assert shown[:2] == ["ack     connected", "status  listening"]
    assert shown.count("ack     paused") == 1
    for words in ("analyzing  what is machine learning", "analyzing  什么是深度学习", "idle  什么是深度学习"):
        assert f"status  {words}" in shown
    assert sum(words.startswith("answer  end  knowledge stop") for words in shown) == 2
    assert shown[-1] == "closed with 1000"


def test_raw_frames_are_the_frames_themselves(shared_server):
    result = listen(shared_server.ws_url, "--raw", typed="it is raining\n")
    frames = [json.loads(line) for line in result.stdout.splitlines()]
    partials = [frame for frame in frames if frame.get("is_final") is False]
    assert [frame.get("stage") for frame in frames if frame["type"] == "status"] == [
        "listening", "waiting_for_question", "idle", "closed",
    ]  # fmt: skip
    assert len(partials) == 2


def test_steering_reaches_the_session(shared_server):
    unknown = "/watch nonsense\n/watch 5D3B8A1E-7C55-4B0E-9A51-20B6F1F4C3AA\n"
    result = listen(shared_server.ws_url, typed=f"/now\nthe machine learning\n/now\n{unknown}")
    words = [line.partition("  ")[2] for line in result.stdout.splitlines()]
    assert result.stderr.startswith("Each line is something said;")  # what is no id goes nowhere
    assert words.count("ack     batch_watch taken") == 1
    assert any(line.startswith("error   BATCH_TASK_NOT_FOUND") for line in words)
    assert any(line.startswith("error   NO_FINAL_ASR") for line in words)
    assert "status  instant_query  the machine learning" in words
    assert words[-1] == "closed with 1000"


def test_where_no_service_is_one_line_says_so():
    result = listen("ws://127.0.0.1:9/ws/realtime-asr", typed="hello\n")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("CommandError: No service answers at ws://127.0.0.1:9/ws/realtime-asr")
    assert result.stderr.count("\n") == 1


async def test_end_of_a_watched_batch_is_waited_for():
    matters = OpenMatters()
    matters.watches("b1")
    waiting = asyncio.create_task(matters.batches_ended())
    frame = {"type": "batch_progress", "task_id": "b1", "progress": 50.0, "status": "running", "message": "Half of it."}
    matters.take(frame)
    await asyncio.sleep(0)
    assert not waiting.done()
    assert _compact(frame).endswith("batch_progress  50 %  Half of it.")
    matters.take({**frame, "status": "completed"})
    await asyncio.wait_for(waiting, 5)


def status(stage, **fields):
    return {"type": "status", "stage": stage, **fields}


async def test_everything_said_is_waited_for_until_it_is_judged_and_answered():
    matters = OpenMatters()
    frames = [
        status("waiting_for_question", note="unfinished: the rest of the question is waited for"),
        status("analyzing", question_id="q1"),
        status("analyzing", question_id="q2", replaces="q1"),
        status("waiting_for_question", question_id="q2", note="asked before: see its answer"),
        status("idle", question_id="q2", note="left unanswered: nothing is known about it"),
    ]
    matters.said()
    waiting = asyncio.create_task(matters.settled())
    for frame in frames:
        if frame.get("replaces") or "asked before" in frame.get("note", ""):
            matters.said()
        matters.take(frame)
        await asyncio.sleep(0)
        assert waiting.done() == (frame is frames[-1])


async def test_what_goes_on_from_a_held_question_is_judged_with_it():
    matters = OpenMatters()
    matters.said()
    matters.take(status("waiting_for_question", note="unfinished: the rest of the question is waited for"))
    matters.said()
    matters.take(status("waiting_for_question"))
    await asyncio.wait_for(matters.settled(), 1)


def test_speakers_and_what_becomes_of_questions_is_shown():
    frame = status("analyzing", question="what is rag", question_id="q2", speaker="Ada", replaces="q1")
    assert _compact(frame).endswith("status  analyzing  Ada  what is rag  in place of what was asked before")
    note = "ignored: another question is being answered"
    assert _compact(status("waiting_for_question", question="why", note=note)).endswith(f"question  why  {note}")
