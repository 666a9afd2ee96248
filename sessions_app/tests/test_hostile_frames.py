"""Thousands of generated frames against a real consumer: each gets exactly one reply, and nothing goes wrong."""

import asyncio
import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.tests.sockets import Frame, SocketClient, connected

TEXTS = st.text(max_size=60) | st.sampled_from(["", " ", "\0", "how do i reset it", "能不能退货", "x" * 20_000])
NUMBERS = st.integers() | st.floats() | st.just(10**400)
JSON = st.recursive(st.none() | st.booleans() | NUMBERS | TEXTS, lambda inner: st.lists(inner, max_size=3))
TYPES = st.sampled_from(["keepalive", "asr_chunk", "control", "ask", "batch_watch", 7]) | TEXTS
ACTIONS = st.sampled_from(["pause", "resume", "instant_query", "cancel"]) | TEXTS | NUMBERS
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "type": TYPES,
        "text": TEXTS | JSON,
        "is_final": st.booleans() | JSON,
        "action": ACTIONS,
        "session_id": st.sampled_from(["a", "b", None, "a b", ""]) | JSON,
        "segment_id": TEXTS | JSON,
        "timestamp": JSON,
        "task_id": TEXTS | JSON,
        "nested": st.just("[" * 5_000),
    },
).filter(lambda message: message.get("action") != "stop")
FRAMES = st.one_of(
    (OBJECTS | JSON).map(json.dumps),
    OBJECTS.map(lambda value: json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass")),
    st.text(max_size=40),
    st.binary(max_size=40),
    st.sampled_from(["[" * 50_000, '{"a":' * 50_000, '{"type":"ask","text":"\\ud800"}', "1" * 9_000]),
)
KIND_OF = {str: "text", bytes: "bytes"}


def is_reply(frame: Frame) -> bool:
    """Whether a frame answers a client's frame, rather than tells what became of a question, or of a batch."""
    is_late = frame.get("details", {}).keys() & {"question_id", "task_id"}
    return frame["type"] == "ack" or (frame["type"] == "error" and not is_late)


async def replies_to(client: SocketClient, frames: list[str | bytes]) -> int:
    """Send all frames, then a keepalive; how many replies come before the keepalive's."""
    for frame in frames:
        await client.socket.send_input({"type": "websocket.receive", KIND_OF[type(frame)]: frame})
    await client.send(type="keepalive", session_id="the-end")
    replies = 0
    while (reply := await client.frame())["session_id"] != "the-end":
        replies += is_reply(reply)
    return replies


@pytest.mark.django_db(transaction=True)
def test_every_frame_gets_exactly_one_reply(scripted, caplog):
    caplog.set_level(logging.WARNING)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(st.lists(FRAMES, min_size=20, max_size=40))
    def check(frames: list[str | bytes]) -> None:
        async def dialogue() -> None:
            async with connected() as client:
                assert await replies_to(client, frames) == len(frames)

        asyncio.run(dialogue())
        assert not caplog.records

    check()
