"""The whole server over a real socket."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

LIMIT = 1_048_576


async def frame_of(client: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(client.recv(), 20))
    return frame


async def exchange(client: ClientConnection, message: str | bytes) -> dict[str, Any]:
    await client.send(message)
    return await frame_of(client)


async def send_endlessly(client: ClientConnection, frame: str) -> None:
    """Send until the connection takes nothing for 3 s (`TimeoutError`) or is closed (`ConnectionClosed`)."""
    while True:
        await asyncio.wait_for(client.send(frame), 3)


async def close_code(client: ClientConnection) -> int | None:
    try:
        while True:
            await asyncio.wait_for(client.recv(), 20)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def memory_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


async def test_question_is_answered_from_the_knowledge_base(server, deployment):
    running = server({**deployment})
    async with connect(running.ws_url) as client:
        await frame_of(client)
        await frame_of(client)
        frame = await exchange(client, json.dumps({"type": "asr_chunk", "text": "什么是深度学习", "is_final": True}))
        frames = [frame]
        while frames[-1].get("stage") != "idle":
            frames.append(await frame_of(client))
    answers = [frame for frame in frames if frame["type"] == "answer"]
    text = "".join(frame["content"] for frame in answers)
    assert "深度学习" in text
    assert "[1]" in text
    assert answers[0]["sources"] == answers[-1]["sources"] != []
    assert [frame["final"] for frame in answers] == [False] * (len(answers) - 1) + [True]


async def test_large_frames_get_their_errors(shared_server):
    async with connect(shared_server.ws_url) as client:
        await frame_of(client)
        await frame_of(client)
        frame = await exchange(client, json.dumps({"type": "asr_chunk", "text": "x" * 1_000_000}))
        assert (frame["code"], frame["details"]["limit"]) == ("MESSAGE_TOO_LARGE", 10_240)
        assert (await exchange(client, '{"type":"keepalive"}'))["type"] == "ack"
        frame = await exchange(client, json.dumps({"type": "asr_chunk", "text": "x" * LIMIT}))
        assert (frame["code"], frame["details"]["limit"]) == ("MESSAGE_TOO_LARGE", LIMIT)
        assert await close_code(client) == 1009


async def test_frame_far_over_the_limit_is_cut_off(shared_server):
    async with connect(shared_server.ws_url) as client:
        with pytest.raises(ConnectionClosed):
            await send_endlessly(client, "x" * (4 * LIMIT))
        assert await close_code(client) == 1009


async def test_sockets_beyond_the_limit_are_turned_away(server):
    running = server({"MAX_SOCKETS": "2"})
    async with connect(running.ws_url) as one, connect(running.ws_url) as two, connect(running.ws_url) as three:
        assert (await frame_of(one))["type"] == (await frame_of(two))["type"] == "ack"
        assert (await frame_of(three))["code"] == "SERVICE_UNAVAILABLE"
        assert await close_code(three) == 1013


async def test_client_that_does_not_read_is_closed_and_costs_bounded_memory(server):
    running = server({"WS_SEND_TIMEOUT_S": "1"})
    frame = json.dumps({"type": "control", "action": "x" * 1_000})
    async with connect(running.ws_url, max_queue=1, ping_interval=None) as client:
        before = memory_kib(running.pid)
        with pytest.raises((TimeoutError, ConnectionClosed)):
            await send_endlessly(client, frame)
        assert memory_kib(running.pid) - before < 16_384
        assert await close_code(client) == 4008
    async with connect(running.ws_url) as client:
        assert (await frame_of(client))["message"] == "connected"


async def test_stopping_server_tells_clients_and_leaves_no_answer_open(server):
    running = server()
    async with connect(running.ws_url) as client:
        await frame_of(client)
        assert await asyncio.to_thread(running.stop) == 0
        assert await close_code(client) == 1012
