"""How long a final takes to its durable acknowledgement and to the answer's first word, under a steady load."""

import asyncio
import json
import sqlite3
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from bench.client import Socket, connect, disconnect, frame
from bench.servers import Server

QUESTIONS = {
    "en": (
        "what is machine learning",
        "how do i delete a document",
        "which error codes are there",
        "what is a large language model",
        "how long are sessions kept",
    ),
    "zh": ("什么是深度学习", "怎么上传文档", "语音识别是什么", "什么是机器学习", "怎么删除文档"),
}
FRAMES = [
    [frame({"type": "asr_chunk", "text": text, "is_final": True}) for text in texts] for texts in QUESTIONS.values()
]
PAUSE_S = {1: 0.1, 50: 1.0, 200: 2.0}
"""How long each session waits between two questions, by the number of sessions."""
ROUND_S = 15.0
LEFT_OVER_S = 2.0
COMMITS = 500


@dataclass
class Latencies:
    """Milliseconds, one for each question."""

    to_ack: list[float] = field(default_factory=list)
    to_word: list[float] = field(default_factory=list)


def median_and_p99(values: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    cuts = quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[98]


class Session:
    """One socket that asks, and when."""

    def __init__(self, socket: Socket, latencies: Latencies) -> None:
        self._socket = socket
        self._latencies = latencies
        self._unacknowledged: deque[float] = deque()
        self._unanswered: deque[float] = deque()
        self._is_answering = False
        socket.on_text = self._take

    def ask(self, question: bytes) -> None:
        now = time.perf_counter()
        self._unacknowledged.append(now)
        self._unanswered.append(now)
        self._socket.transport.write(question)

    def _take(self, text: bytes) -> None:
        now = time.perf_counter()
        message = json.loads(text)
        if message.get("received_type") == "asr_chunk":
            self._latencies.to_ack.append((now - self._unacknowledged.popleft()) * 1000)
        elif message["type"] == "answer" and message["content"] and not self._is_answering:
            self._latencies.to_word.append((now - self._unanswered.popleft()) * 1000)
            self._is_answering = True
        elif message.get("stage") == "idle":
            self._is_answering = False


async def measure(server: Server, sessions: int) -> Latencies:
    """Let `sessions` sessions ask for a while, evenly spread over time; the first questions do not count."""
    sockets = await connect(server.port, sessions)
    await asyncio.sleep(LEFT_OVER_S)
    await ask(sockets, Latencies(), 2 * PAUSE_S[sessions])
    latencies = Latencies()
    asked = await ask(sockets, latencies, ROUND_S)
    disconnect(sockets)
    assert (len(latencies.to_ack), len(latencies.to_word)) == (asked, asked), "some questions were not answered in time"
    return latencies


async def ask(sockets: list[Socket], latencies: Latencies, duration_s: float) -> int:
    """How many questions were asked."""
    loop = asyncio.get_running_loop()
    step_s = PAUSE_S[len(sockets)] / len(sockets)
    sessions = [Session(each, latencies) for each in sockets]
    started_at = loop.time()
    count = round(duration_s / step_s)
    for number in range(count):
        await asyncio.sleep(started_at + number * step_s - loop.time())
        turn, index = divmod(number, len(sessions))
        questions = FRAMES[index % len(FRAMES)]  # each session speaks one language
        sessions[index].ask(questions[turn % len(questions)])
    await asyncio.sleep(LEFT_OVER_S)
    return count


def commits(folder: Path) -> list[float]:
    """Milliseconds of single-row commits to SQLite as durable as the service's (WAL, synchronous=FULL)."""
    took = []
    with sqlite3.connect(folder / "commits.sqlite3", isolation_level=None) as database:
        database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE final (text TEXT);")
        for _ in range(COMMITS):
            started_at = time.perf_counter()
            database.execute("INSERT INTO final VALUES ('what is machine learning')")
            took.append((time.perf_counter() - started_at) * 1000)
    return took
