"""Batches that are watched over the socket, on a real database."""

import asyncio

import pytest
from channels.db import database_sync_to_async

from batch_app import watching
from batch_app.tests import rows
from sessions_app.tests.sockets import Frame, SocketClient, connected, summary

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted")]
batch, end_item, set_status = map(database_sync_to_async, (rows.batch, rows.end_item, rows.set_status))


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_EVERY_S", 0.02)


async def watched(client: SocketClient, task_id: object) -> None:
    await client.send(type="batch_watch", task_id=str(task_id))
    assert summary(await client.frame()) == "ack batch_watch"


def brief(frame: Frame) -> tuple[str, float]:
    assert frame["type"] == "batch_progress", frame
    return frame["status"], frame["progress"]


async def test_progress_is_told_at_once_and_up_to_the_end():
    task = await batch("running", "completed", "failed", "completed")
    async with connected() as client:
        await watched(client, task.pk)
        frame = await client.frame()
        assert frame.pop("timestamp").endswith("Z")
        assert frame == {
            "type": "batch_progress",
            "session_id": client.session_id,
            "task_id": str(task.pk),
            "progress": 75.0,
            "status": "running",
            "message": "Running: 2 of 4 answered, 1 failed.",
            "counts": {"total": 4, "completed": 2, "failed": 1},
        }
        await end_item(task, 0)
        assert brief(await client.frame()) == ("running", 100.0)
        await set_status(task, "completed")
        assert brief(await client.frame()) == ("completed", 100.0)
        await client.send(type="keepalive")
        assert summary(await client.frame()) == "ack keepalive"


async def test_two_sockets_are_served_by_one_look_and_hanging_up_ends_it():
    task = await batch("pending", "pending")
    async with connected() as one:
        async with connected() as two:
            for client in (one, two):
                await watched(client, task.pk)
                assert brief(await client.frame()) == ("running", 0.0)
            board = watching._boards.get()
            assert len(board._watched[task.pk].watchers) == 2
        assert len(board._watched[task.pk].watchers) == 1
        await end_item(task, 0)
        assert brief(await one.frame()) == ("running", 50.0)
    assert (board._watched, board._looking) == ({}, None)


@pytest.mark.parametrize("task_id", ["7d0c1a0e-4a52-4c8e-9d8e-2a1c5b6f7e80", "no-id-at-all", ""])
async def test_unknown_batch_is_said_to_be_unknown(task_id: str):
    async with connected() as client:
        await watched(client, task_id)
        error = await client.frame()
    assert (error["code"], error["details"], error["seq"]) == ("BATCH_TASK_NOT_FOUND", {"task_id": task_id}, 2)


async def test_batch_without_any_answer_is_told_of_as_failed():
    task = await batch("failed", status="failed")
    async with connected() as client:
        await watched(client, task.pk)
        assert brief(await client.frame()) == ("failed", 100.0)
        assert summary(await client.frame()) == "BATCH_TASK_FAILED"


@pytest.mark.parametrize("task_id", [None, 7, "x" * 65])
async def test_what_cannot_be_an_id_is_an_invalid_message(task_id: object):
    async with connected() as client:
        await client.send(type="batch_watch", **({} if task_id is None else {"task_id": task_id}))
        error = await client.frame()
    assert (error["code"], error["details"]) == ("INVALID_MESSAGE", {"field": "task_id"})


async def test_too_many_are_refused_and_the_same_one_again_is_not(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sessions_app.watching.MAX_WATCHES", 2)
    one, two, three = [await batch("pending") for _ in range(3)]
    async with connected() as client:
        for task in (one, two, two):
            await watched(client, task.pk)
            assert (await client.frame())["task_id"] == str(task.pk)
        await watched(client, three.pk)
        error = await client.frame()
        assert (error["code"], error["details"]) == ("BATCH_QUEUE_FULL", {"task_id": str(three.pk), "limit": 2})
        await end_item(one, 0)
        await set_status(one, "completed")
        await client.frames_until(lambda frame: frame.get("status") == "completed")
        await watched(client, three.pk)  # there is room for it now
        assert (await client.frame())["task_id"] == str(three.pk)


async def test_watching_goes_on_in_another_session():
    task = await batch("pending")
    async with connected() as client:
        await watched(client, task.pk)
        await client.frame()
        await client.send(type="keepalive", session_id="other")
        await client.frame()
        await end_item(task, 0)
        frame = await client.frame()
    assert (*brief(frame), frame["session_id"]) == ("running", 100.0, "other")


async def test_batch_that_failed_can_be_watched_again_once_it_is_retried():
    task = await batch("failed", status="failed")
    async with connected() as client:
        await watched(client, task.pk)
        await client.frames_until(lambda frame: frame["type"] == "error")
        await end_item(task, 0, "pending")
        await set_status(task, "pending")
        await watched(client, task.pk)
        assert brief(await client.frame()) == ("pending", 0.0)


async def test_unforeseen_trouble_gets_a_typed_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sessions_app.watching.batches.source", lambda _task_id: 1 / 0)
    async with connected() as client:
        await watched(client, "any")
        error = await client.frame()
    assert (error["code"], error["details"].keys()) == ("SERVER_ERROR", {"task_id", "error_id"})


async def test_where_nothing_is_known_of_batches_none_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sessions_app.watching.batches.source", None)
    async with connected() as client:
        await watched(client, "any")
        assert (await client.frame())["code"] == "BATCH_TASK_NOT_FOUND"


async def test_progress_goes_on_while_an_answer_waits(gate: asyncio.Event):
    task = await batch("pending")
    async with connected() as client:
        await client.say("how do i reset it")
        await client.frames_until(lambda frame: frame.get("content") == "Press ")
        await watched(client, task.pk)
        assert brief(await client.frame()) == ("running", 0.0)
        gate.set()
        answer = await client.until_idle()
    assert [summary(frame) for frame in answer] == ["answer the button.", "final", "idle"]
