"""Everything dies while a batch runs: workers, the web server, the way to the broker. Every question ends once."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import httpx
import pytest

from batch_app.tests.brokers import Broker, Folder, far_broker, own_redis
from batch_app.tests.vendors import CountingVendor, counting_vendor
from rtrag_site.tests.processes import processes, until
from rtrag_site.tests.servers import Server, StartServer

QUESTIONS = 2_000
KILLS = 20
CONCURRENCY = 40
DELAY_S = 0.05
PATIENCE_S = 60


class Kill(NamedTuple):
    """When it was, and which questions had their answer on record just before."""

    began_at: float
    ended_at: float
    stored: frozenset[str]

    def explains(self, question: str, asked_at: float, again_at: float) -> bool:
        """Whether what had asked was killed before the answer was on record."""
        return asked_at <= self.ended_at and self.began_at <= again_at and question not in self.stored


@pytest.fixture
def embedded() -> tuple[dict[str, str], Broker]:
    return {}, Folder()


@pytest.fixture
def with_redis(distributed: dict[str, str], tmp_path: Path) -> Iterator[tuple[dict[str, str], Broker]]:
    with own_redis(distributed["REDIS_URL"], tmp_path) as broker:
        yield distributed | {"CELERY_BROKER_URL": broker.url}, broker


@pytest.fixture
def with_rabbitmq(distributed: dict[str, str], rabbitmq_url: str) -> Iterator[tuple[dict[str, str], Broker]]:
    with far_broker(rabbitmq_url) as broker:
        yield distributed | {"CELERY_BROKER_URL": broker.url}, broker


@pytest.fixture(params=["embedded", "with_redis", "with_rabbitmq"])
def scene(request: pytest.FixtureRequest) -> tuple[dict[str, str], Broker]:
    """The variables of a service, and the broker that it has by them."""
    found: tuple[dict[str, str], Broker] = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def vendor() -> Iterator[CountingVendor]:
    with counting_vendor(DELAY_S) as vendor:
        yield vendor


def progress(server: Server, task: str) -> dict[str, Any]:
    found: dict[str, Any] = server.get(f"/api/batch/tasks/{task}")
    return found


def submitted(server: Server, count: int = QUESTIONS, **options: Any) -> str:
    body = {"name": "kills", "texts": [f"question {number}" for number in range(count)], "options": options}
    reply = httpx.post(f"{server.url}/api/batch/tasks", json=body, timeout=20)
    assert reply.status_code == 201, reply.text
    task: str = reply.json()["task_id"]
    return task


def results(server: Server, task: str, status: str = "") -> list[dict[str, Any]]:
    """All that are in a state, or all."""
    found: list[dict[str, Any]] = []
    while page := server.get(
        f"/api/batch/tasks/{task}/results?size=1000&page={len(found) // 1000 + 1}" + (status and f"&status={status}")
    )["results"]:
        found += page
        if len(page) < 1000:
            break
    return found


def stored(server: Server, task: str) -> frozenset[str]:
    return frozenset(each["text"] for each in results(server, task, "completed"))


def kill_one(server: Server, task: str, vendor: CountingVendor, *, whole_worker: bool) -> Kill:
    """The process that runs the batch, or the worker with all its processes."""

    def running() -> list[int]:
        alive = {each.pid: each.group for each in processes()}
        pids = [run["pid"] for run in server.get("/api/batch/status")["runs"]]
        return [alive[pid] if whole_worker else pid for pid in pids if pid in alive]

    def is_dead() -> bool:
        return all(pid not in ((each.group, each.pid) if whole_worker else (each.pid,)) for each in processes())

    pid = until(running, "a process that runs the batch")[0]
    has_stored, began_at = stored(server, task), monotonic()
    (os.killpg if whole_worker else os.kill)(pid, signal.SIGKILL)
    until(is_dead, "its end")
    vendor.read_all()
    return Kill(began_at, monotonic(), has_stored)


def kill_server(server: Server, vendor: CountingVendor) -> None:
    """The web server; its workers end by themselves."""
    workers = server.worker_pids()
    server.kill()
    until(lambda: not any(each.group in workers for each in processes()), "the end of its workers")
    vendor.read_all()


def wait_for_answers(server: Server, task: str, number: int) -> None:
    """Until the batch has more than `number` of them."""
    until(lambda: progress(server, task)["progress"]["completed"] > number, f"{number} answers", PATIENCE_S)


def lose_the_broker(broker: Broker, server: Server, task: str) -> None:
    """For a while, in which the batch goes on, because some process runs it."""
    wait_for_answers(server, task, progress(server, task)["progress"]["completed"])
    broker.lose()
    wait_for_answers(server, task, progress(server, task)["progress"]["completed"] + CONCURRENCY)
    broker.bring_back()


def asked_for_no_reason(vendor: CountingVendor, kills: list[Kill]) -> dict[str, list[float]]:
    """The questions that were asked again though they were not in flight at a kill, with the moments."""
    return {
        question: moments
        for question, moments in vendor.asked.items()
        if not all(any(kill.explains(question, *pair) for kill in kills) for pair in pairwise(moments))
    }


@pytest.mark.timeout(300)
def test_batch_survives_twenty_kills_and_restarts(
    server: StartServer, scene: tuple[dict[str, str], Broker], vendor: CountingVendor
) -> None:
    """The provider is asked again for no more than what was in flight, and never for more at a time than it may be."""
    variables, broker = scene
    running = server(variables | vendor.variables, worker=True)
    task = submitted(running, concurrency=CONCURRENCY)
    kills: list[Kill] = []
    for number in range(KILLS):
        wait_for_answers(running, task, number * QUESTIONS // (KILLS + 2))
        if number == 11:
            lose_the_broker(broker, running, task)
        kills.append(kill_one(running, task, vendor, whole_worker=number in {4, 14}))
        if number == 7:
            began_at = monotonic()
            kill_server(running, vendor)
            kills.append(Kill(began_at, monotonic(), kills[-1].stored))
            running = server(variables | vendor.variables, worker=True)
    ended = until(lambda: (now := progress(running, task))["ended_at"] and now, "the end of the batch", PATIENCE_S)
    assert ended["status"] == "completed"
    assert ended["progress"]["completed"] == ended["progress"]["total"] == QUESTIONS
    assert [change["status"] for change in ended["history"]] == ["pending", "running", "completed"]
    found = results(running, task)
    assert [each["index"] for each in found] == list(range(QUESTIONS))
    assert Counter(each["status"] for each in found) == {"completed": QUESTIONS}
    assert all(each["content"] == f"The answer to {each['text']}" for each in found)
    assert set(vendor.asked) == {each["text"] for each in found}
    assert asked_for_no_reason(vendor, kills) == {}
    assert vendor.most <= 32
