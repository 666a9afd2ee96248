"""Whole servers to test against: `manage.py serve` in processes of their own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import httpx
import pytest
from django.conf import settings

from rtrag_site.tests.environ import isolated

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10
WAIT_TIMEOUT_S = 20
Value = TypeVar("Value")
DEMO_PAGE = "Demo page:"


class Process(NamedTuple):
    pid: int
    parent: int
    group: int


def processes() -> list[Process]:
    """Every process of this machine that has not ended."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,pgid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in listing.splitlines()]
    return [Process(int(pid), int(parent), int(group)) for pid, parent, group, state in rows if state[0] != "Z"]


def until(condition: Callable[[], Value], what: str) -> Value:
    """What `condition` returns as soon as that is true; fails where it takes longer than `WAIT_TIMEOUT_S`."""
    deadline = time.monotonic() + WAIT_TIMEOUT_S
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.02)
    return value


@dataclass
class Server:
    """A `manage.py serve`. `lines` holds what it has written to its standard output, `log` what to the other."""

    process: subprocess.Popen[str]
    log: Path
    url: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def ws_url(self) -> str:
        return self.url.replace("http", "ws", 1) + settings.WS_PATH

    @property
    def pid(self) -> int:
        return self.process.pid

    def get(self, path: str) -> Any:
        """The JSON that a GET of `path` answers with."""
        return httpx.get(self.url + path, timeout=10).json()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(STOP_TIMEOUT_S)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it in order; returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_TIMEOUT_S)

    def worker_pid(self) -> int:
        """The process, and process group, of the background worker."""
        return next(each.pid for each in processes() if each.parent == self.pid)

    def wait_for_line(self, text: str) -> str:
        """The first line of standard output that contains `text`, waited for."""
        return until(lambda: next((line for line in self.lines if text in line), ""), text)

    def wait_until_accepting(self) -> None:
        accepts = threading.Event()

        def read() -> None:
            for line in self.process.stdout or ():
                self.lines.append(line.rstrip())
                if line.startswith(DEMO_PAGE):
                    self.url = line.removeprefix(DEMO_PAGE).strip().rstrip("/")
                    accepts.set()
            accepts.set()

        threading.Thread(target=read, daemon=True).start()
        accepts.wait(START_TIMEOUT_S)
        assert self.url, f"the server did not start\n{self.log.read_text()}"
        assert self.get("/health/ready") == {"status": "ready"}


class StartServer(Protocol):
    def __call__(self, env: Mapping[str, str] = ..., *, worker: bool = False) -> Server: ...


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StartServer]:
    """Starts a server on a free port with the variables `env`, and returns when it is ready.

    All servers of a test share one data folder, `tmp_path / "data"`, so that one can be started after another was
    killed. Whatever still runs at the end of the test is killed.
    """
    servers: list[Server] = []

    def start(env: Mapping[str, str] | None = None, *, worker: bool = False) -> Server:
        log = tmp_path / f"server-{len(servers)}.log"
        with log.open("w") as stderr:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", "0", *([] if worker else ["--no-worker"])],
                cwd=settings.BASE_DIR,
                env=isolated(os.environ, RTRAG_DATA_DIR=str(tmp_path / "data"), **(env or {})),
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        servers.append(Server(process, log))
        servers[-1].wait_until_accepting()
        return servers[-1]

    yield start
    for each in servers:
        each.kill()
        assert each.process.stdout
        each.process.stdout.close()


@pytest.fixture(params=["embedded", "distributed"])
def deployment(request: pytest.FixtureRequest) -> dict[str, str]:
    """The variables of a server on SQLite and memory alone, then on PostgreSQL and Redis; for `server(deployment)`."""
    if request.param == "embedded":
        return {}
    return {
        "DATABASE_URL": request.getfixturevalue("postgres_url"),
        "REDIS_URL": request.getfixturevalue("redis_url"),
        "CELERY_BROKER_URL": "filesystem://localhost",  # a queue for each test
    }
