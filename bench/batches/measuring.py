"""What is measured of batches, against a service and a worker that run."""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from bench.client import connect, disconnect
from bench.latency import LEFT_OVER_S, Latencies, ask
from bench.servers import Server

POLL_S = 0.5
SESSIONS = 50
MEASURED_S = 15
"""Less than the longest batch takes at best."""


@dataclass(frozen=True)
class Run:
    """A batch from its submission to its end. Memory is the most that the process has held."""

    questions: int
    submitting_s: float
    running_s: float
    cpu_s: float
    memory_bytes: int

    @property
    def per_s(self) -> float:
        return self.questions / self.running_s

    @property
    def cpu_us(self) -> float:
        """Processor time for each question."""
        return self.cpu_s / self.questions * 1e6


class Batches:
    """The batches of the service on `server`."""

    def __init__(self, server: Server) -> None:
        self._url = f"http://127.0.0.1:{server.port}/api/batch"

    def submit(self, questions: int, concurrency: int) -> str:
        texts = [f"What is said about subject number {number}?" for number in range(questions)]
        body = {"name": "bench", "texts": texts, "options": {"concurrency": concurrency}}
        reply = httpx.post(f"{self._url}/tasks", json=body, timeout=120)
        reply.raise_for_status()
        task: str = reply.json()["task_id"]
        return task

    def run(self, questions: int, concurrency: int) -> Run:
        """Submit a batch and wait for its end."""
        began = time.perf_counter()
        task = self.submit(questions, concurrency)
        submitted = time.perf_counter()
        worker = Server("worker", self._pid(), 0)
        first_cpu_s = worker.cpu_s()
        while (state := self._get(f"tasks/{task}"))["ended_at"] is None:
            time.sleep(POLL_S)
        cpu_s, memory = worker.cpu_s(), peak_bytes(worker.pid)
        assert state["progress"]["completed"] == questions, state["progress"]
        running_s = (_moment(state["ended_at"]) - _moment(state["started_at"])).total_seconds()
        return Run(questions, submitted - began, running_s, cpu_s - first_cpu_s, memory)

    @contextmanager
    def running(self, concurrency: int) -> Iterator[None]:
        """A batch that goes on while what is inside is measured."""
        task = self.submit(50_000, concurrency)
        self._pid()
        yield
        assert self._get(f"tasks/{task}")["ended_at"] is None, "the batch ended too early"
        httpx.delete(f"{self._url}/tasks/{task}", timeout=60).raise_for_status()

    def _pid(self) -> int:
        """The process that answers batches, as soon as there is one."""
        while not (runs := [run for run in self._get("status")["runs"] if run["in_flight"]]):
            time.sleep(0.02)
        pid: int = runs[0]["pid"]
        return pid

    def _get(self, path: str) -> Any:
        return httpx.get(f"{self._url}/{path}", timeout=30).json()


async def live(server: Server) -> Latencies:
    """Sessions that ask while the batch does."""
    sockets = await connect(server.port, SESSIONS)
    await asyncio.sleep(LEFT_OVER_S)
    await ask(sockets, Latencies(), 2)
    latencies = Latencies()
    await ask(sockets, latencies, MEASURED_S)
    disconnect(sockets)
    return latencies


def p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[18]


def peak_bytes(pid: int) -> int:
    """The most memory that the process has held."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return 1024 * int(found[1])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
