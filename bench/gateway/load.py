"""Streams that ask one question after another, and how long each waits for its first word."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from bench.client import Socket, connect, disconnect, frame

PAUSE_S = 0.1, 0.3
"""How long a stream waits between an answer and its next question, from and to."""
ROUND_S = {1: 15.0, 100: 15.0}
"""How long is measured, by the number of streams."""
WORDS = {1: "say briefly the word", 100: "say the word"}
"""What is asked; alone for short answers, so that there are enough of them."""
Ask = Callable[[], Awaitable[float]]
"""Asks one question, reads the answer to its end, and gives the milliseconds to the first word."""


@dataclass(frozen=True)
class Target:
    """Who is asked over HTTP: a port, and a path in OpenAI's manner."""

    name: str
    port: int
    model: str = "bench"


async def http_asker(target: Target, words: str) -> Ask:
    """One connection that is kept; the least that is an HTTP client, so that it is never what is measured."""
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    count = 0

    async def ask() -> float:
        nonlocal count
        count += 1
        question = f"{words} number {count} of {id(reader)}"
        message = {"role": "user", "content": question}
        body = json.dumps({"model": target.model, "stream": True, "messages": [message]}).encode()
        started_at = time.perf_counter()
        writer.write(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Authorization: Bearer sk-bench\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head.decode()
        first_at = 0.0
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            data = await reader.readexactly(size + 2)
            if not first_at and b'"content":"word' in data.replace(b'": "', b'":"'):
                first_at = time.perf_counter()
        await reader.readuntil(b"\r\n")
        return (first_at - started_at) * 1000

    return ask


def socket_asker(socket: Socket, words: str) -> Ask:
    """One session of the service, whose questions are typed."""
    first_at = 0.0
    ended = asyncio.Event()
    count = 0

    def take(text: bytes) -> None:
        nonlocal first_at
        if not first_at and b'"content":"word' in text:
            first_at = time.perf_counter()
        if b'"stage":"idle"' in text:
            ended.set()

    socket.on_text = take

    async def ask() -> float:
        nonlocal first_at, count
        count += 1
        first_at = 0.0
        ended.clear()
        started_at = time.perf_counter()
        socket.transport.write(frame({"type": "ask", "text": f"{words} {count} of {id(socket)}"}))
        await ended.wait()
        return (first_at - started_at) * 1000

    return ask


async def measure(askers: list[Ask]) -> list[float]:
    """Let all of them ask for a while, each in its own rhythm; what each asks first does not count."""
    pauses = Random(1)  # noqa: S311 - a rhythm, not a secret
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + ROUND_S[len(askers)]
    took: list[float] = []

    async def go_on(number: int, ask: Ask) -> None:
        await asyncio.sleep(3.0 * number / len(askers))  # evenly spread over the length of an answer
        await ask()
        while loop.time() < ends_at:
            await asyncio.sleep(pauses.uniform(*PAUSE_S))  # what the last answer left to do is not what is measured
            took.append(await ask())

    async with asyncio.TaskGroup() as group:
        for number, ask in enumerate(askers):
            group.create_task(go_on(number, ask))
    return took


async def measure_http(target: Target, streams: int) -> list[float]:
    return await measure([await http_asker(target, WORDS[streams]) for _ in range(streams)])


async def measure_socket(port: int, streams: int) -> list[float]:
    sockets = await connect(port, streams)
    try:
        return await measure([socket_asker(each, WORDS[streams]) for each in sockets])
    finally:
        disconnect(sockets)
