"""Everything dies while a batch runs: workers, the web server, the way to the broker. Every question ends once."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from batch_app.tests.vendors import CountingVendor, Proxy, counting_vendor, proxy_to
from rtrag_site.tests.processes import processes, until
from rtrag_site.tests.servers import Server, StartServer

QUESTIONS = 2_000
KILLS = 20
CONCURRENCY = 40
DELAY_S = 0.05
PATIENCE_S = 60


@dataclass
class Scene:
    """A service with its workers, on a broker that may be cut off."""

    variables: dict[str, str]
    proxies: list[Proxy] = field(default_factory=list)


@pytest.fixture(params=["embedded", "redis", "rabbitmq"])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    if request.param == "embedded":
        yield Scene({})
        return
    variables = request.getfixturevalue("distributed")
    broker = request.getfixturevalue("rabbitmq_url") if request.param == "rabbitmq" else variables["REDIS_URL"]
    with ExitStack() as stack:
        address = urlsplit(broker)
        proxy, port = stack.enter_context(proxy_to(address.hostname or "", address.port or 5672))
        through = broker.replace(f":{address.port}", f":{port}")
        yield Scene(variables | {"CELERY_BROKER_URL": through}, [proxy])


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


def kill_one(server: Server, *, whole_worker: bool) -> None:
    """The process that runs the batch, or the worker with all its processes."""

    def running() -> list[int]:
        alive = {each.pid: each.group for each in processes()}
        pids = [run["pid"] for run in server.get("/api/batch/status")["runs"]]
        return [alive[pid] if whole_worker else pid for pid in pids if pid in alive]

    pid = until(running, "a process that runs the batch")[0]
    (os.killpg if whole_worker else os.kill)(pid, signal.SIGKILL)


def wait_for_answers(server: Server, task: str, number: int) -> None:
    """Until the batch has more than `number` of them."""
    until(lambda: progress(server, task)["progress"]["completed"] > number, f"{number} answers", PATIENCE_S)


def lose_the_broker(scene: Scene, server: Server, task: str) -> None:
    """For a while, in which the batch goes on."""
    before = progress(server, task)["progress"]["completed"]
    for proxy in scene.proxies:
        proxy.cut()
    wait_for_answers(server, task, before + CONCURRENCY)
    for proxy in scene.proxies:
        proxy.mend()


def assert_each_question_ended_once(server: Server, task: str, vendor: CountingVendor, in_flight: int) -> None:
    """Every question has one answer, its own; and it was asked again only where it was in flight at a kill."""
    page = server.get(f"/api/batch/tasks/{task}/results?size=1000")
    results = page["results"]
    while len(results) < page["total"]:
        results += server.get(f"/api/batch/tasks/{task}/results?size=1000&page={len(results) // 1000 + 1}")["results"]
    assert [each["index"] for each in results] == list(range(QUESTIONS))
    assert Counter(each["status"] for each in results) == {"completed": QUESTIONS}
    assert all(each["content"] == f"The answer to {each['text']}" for each in results)
    assert set(vendor.asked) == {each["text"] for each in results}
    assert vendor.asked.total() - QUESTIONS <= in_flight


def test_batch_survives_twenty_kills_and_restarts(
    server: StartServer, scene: Scene, vendor: CountingVendor, tmp_path: Path
) -> None:
    """The provider is asked again for no more than what was in flight, and never for more at a time than it may be."""
    running = server(scene.variables | vendor.variables, worker=True)
    task = submitted(running, concurrency=CONCURRENCY)
    for number in range(KILLS):
        wait_for_answers(running, task, number * QUESTIONS // (KILLS + 2))
        if number == 11:
            lose_the_broker(scene, running, task)
        kill_one(running, whole_worker=number in {4, 14})
        if number == 7:
            running.kill()
            running = server(scene.variables | vendor.variables, worker=True)
    ended = until(lambda: (now := progress(running, task))["ended_at"] and now, "the end of the batch")
    assert ended["status"] == "completed"
    assert ended["progress"]["completed"] == ended["progress"]["total"] == QUESTIONS
    assert [change["status"] for change in ended["history"]] == ["pending", "running", "completed"]
    assert_each_question_ended_once(running, task, vendor, (KILLS + 1) * 2 * CONCURRENCY)
    assert vendor.most <= 32
