"""A client of the consumer without a network between them."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import uuid4

from channels.testing import WebsocketCommunicator
from django.conf import settings

from sessions_app.journal import get_journal
from sessions_app.records import SessionsSeen
from sessions_app.routing import websocket_application

Frame = dict[str, Any]
TIMEOUT_S = 10
SPEECH = "how do i reset it"
"""Something that counts as a question."""


class SocketClient:
    """Speaks the protocol and reads frames one by one, or up to one that it waits for."""

    def __init__(self, headers: list[tuple[bytes, bytes]] | None = None, path: str = settings.WS_PATH) -> None:
        self.socket = WebsocketCommunicator(websocket_application, path, headers)

    async def connect(self) -> Self:
        """Open the socket and take the greeting."""
        connected, _ = await self.socket.connect(timeout=TIMEOUT_S)
        assert connected
        self.greeting = [await self.frame(), await self.frame()]
        self.session_id = self.greeting[0]["session_id"]
        return self

    async def send(self, **message: Any) -> None:
        await self.socket.send_to(text_data=json.dumps(message, ensure_ascii=False))

    async def say(self, text: str, **fields: Any) -> None:
        await self.send(type="asr_chunk", text=text, is_final=True, **fields)

    async def control(self, action: str) -> None:
        await self.send(type="control", action=action)

    async def frame(self) -> Frame:
        frame: Frame = json.loads(await self.socket.receive_from(timeout=TIMEOUT_S))
        return frame

    async def frames_until(self, is_last: Callable[[Frame], bool]) -> list[Frame]:
        """The next frames up to and including the one that `is_last` holds for."""
        frames = [await self.frame()]
        while not is_last(frames[-1]):
            frames.append(await self.frame())
        return frames

    async def until_stage(self, stage: str) -> list[Frame]:
        return await self.frames_until(lambda frame: frame.get("stage") == stage)

    async def until_idle(self) -> list[Frame]:
        return await self.until_stage("idle")

    async def closed_with(self) -> int:
        """Read on to the end; the close code."""
        while (output := await self.socket.receive_output(TIMEOUT_S))["type"] != "websocket.close":
            pass
        return int(output["code"])


@asynccontextmanager
async def connected(**options: Any) -> AsyncIterator[SocketClient]:
    """A connected client that hangs up at the end; then everything it caused is on record."""
    client = await SocketClient(**options).connect()
    try:
        yield client
    finally:
        await client.socket.disconnect(timeout=TIMEOUT_S)
        await everything_is_written()


async def everything_is_written() -> None:
    """Wait for the journal: its entries are written in the order in which they came."""
    await get_journal().put(uuid4(), SessionsSeen(()))


def summary(frame: Frame) -> str:
    """What a frame is, in a word or two: enough to compare whole dialogues."""
    match frame["type"]:
        case "ack":
            return f"ack {frame.get('received_type') or frame['message']}"
        case "status":
            return str(frame["stage"])
        case "error":
            return str(frame["code"])
    return "final" if frame["final"] else f"answer {frame['content']}".strip()
