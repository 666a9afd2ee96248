"""What the service is compared with, under the same web server: `python -m bench.references APPLICATION PORT`.

Both read a small JSON message and answer it with an acknowledgement as long as the service's own.
"""

import asyncio
import json
import os
import sys
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
import uvloop
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtrag_site.settings")

from rtrag_site.server.web import configuration

fastapi_echo = FastAPI()


def acknowledgement(session_id: str, message: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "ack",
        "session_id": session_id,
        "received_type": message["type"],
        "is_final": message["is_final"],
    }


@fastapi_echo.websocket("/ws/realtime-asr")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    session_id = str(uuid.uuid4())
    try:
        while True:
            message = await websocket.receive_json()
            await websocket.send_json(acknowledgement(session_id, message))
    except WebSocketDisconnect:
        return


async def asgi_echo(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    if scope["type"] == "lifespan":
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    session_id = str(uuid.uuid4())
    while (event := await receive())["type"] == "websocket.receive":
        reply = acknowledgement(session_id, json.loads(event["text"]))
        await send({"type": "websocket.send", "text": json.dumps(reply)})


if __name__ == "__main__":
    config = configuration(f"bench.references:{sys.argv[1]}")
    config.port = int(sys.argv[2])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve())
