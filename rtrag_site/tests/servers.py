"""Whole servers to test against: `manage.py serve` in processes of their own."""

import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx
import psycopg
import pytest
from django.conf import settings
from filelock import FileLock

from rtrag_site.tests.environ import isolated
from rtrag_site.tests.processes import processes, until
from rtrag_site.tests.services import PREPARED_DATABASE, postgres_database, postgres_server, postgres_url_of

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10
DEMO_PAGE = "Demo page:"


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
        return httpx.get(self.url + path, timeout=10, verify=False).json()  # noqa: S501 - spares it reading certificates

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(STOP_TIMEOUT_S)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it in order; returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_TIMEOUT_S)

    def worker_pids(self) -> set[int]:
        """The processes, and process groups, of the background workers."""
        return {each.pid for each in processes() if each.parent == self.pid}

    def wait_for_line(self, text: str) -> str:
        """The first line of standard output that contains `text`, waited for."""
        return until(lambda: next((line for line in self.lines if text in line), ""), text)

    def wait_until_accepting(self) -> None:
        accepts = threading.Event()

        def read() -> None:
            with suppress(ValueError):  # closed at the end, though workers that are still ending have it open
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
    def __call__(
        self, env: Mapping[str, str] = ..., *, worker: bool = False, port: int = 0, lines: list[str] | None = None
    ) -> Server: ...


@contextmanager
def starting_servers(folder: Path, prepared: Path | None = None) -> Iterator[StartServer]:
    """Gives a function that starts a server with the variables `env`, on a free port unless `port` names one, and
    returns when it is ready; threads may call it at the same time. What the server writes until then is in `lines`.

    All its servers share one data folder, `folder / "data"`, so that one can be started after another was killed.
    It begins as a copy of `prepared` where that is given and fits. Whatever still runs at the end is killed.
    """
    servers: list[Server] = []
    numbers = itertools.count()

    def start(
        env: Mapping[str, str] | None = None, *, worker: bool = False, port: int = 0, lines: list[str] | None = None
    ) -> Server:
        if prepared and "DATABASE_URL" not in (env or {}) and not (folder / "data").exists():
            shutil.copytree(prepared, folder / "data", symlinks=True)
        log = folder / f"server-{next(numbers)}.log"
        with log.open("w") as stderr:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(port), *([] if worker else ["--no-worker"])],
                cwd=settings.BASE_DIR,
                env=isolated(os.environ, RTRAG_DATA_DIR=str(folder / "data"), **(env or {})),
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        started = Server(process, log, lines=[] if lines is None else lines)
        servers.append(started)
        started.wait_until_accepting()
        return started

    try:
        yield start
    finally:
        for each in servers:
            each.kill()
            assert each.process.stdout
            each.process.stdout.close()


@contextmanager
def making_once(name: str, factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that all processes of a test run share, for one of them at a time."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        yield folder


def first_start(folder: Path, env: Mapping[str, str]) -> None:
    """Let a server make its data in `folder / "data"`."""
    with starting_servers(folder) as start:
        first = start(env)
        until(lambda: first.get("/health")["services"]["rag"] == "available", "the first check of the providers")
        first.stop()


@pytest.fixture(scope="session")
def prepared_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after the first start, but without an administrator; made once for all processes of a test run."""
    with making_once("first-start", tmp_path_factory) as folder:
        prepared = folder / "prepared"
        if not prepared.exists():
            first_start(folder, {})
            with closing(sqlite3.connect(folder / "data" / "rtrag.sqlite3")) as database, database:
                database.execute("DELETE FROM auth_user")
            (folder / "data").rename(prepared)
    return prepared


@pytest.fixture(scope="session")
def prepared_postgres(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the database `PREPARED_DATABASE` on PostgreSQL."""
    with making_once("first-start-postgres", tmp_path_factory) as folder:
        prepared = folder / "prepared"
        if not prepared.exists():
            with postgres_server() as server:
                server.execute(f'CREATE DATABASE "{PREPARED_DATABASE}"')
            url = postgres_url_of(PREPARED_DATABASE)
            first_start(folder, {"DATABASE_URL": url})
            with psycopg.connect(url) as database:
                database.execute("DELETE FROM auth_user")
            (folder / "data").rename(prepared)
    return prepared


@pytest.fixture
def server(tmp_path: Path, prepared_data: Path) -> Iterator[StartServer]:
    """Starts servers on the data folder `tmp_path / "data"`, as `starting_servers` says."""
    with starting_servers(tmp_path, prepared_data) as start:
        yield start


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory, prepared_data: Path) -> Iterator[Server]:
    """One with the default settings, for all tests that do nothing but talk to it."""
    with starting_servers(tmp_path_factory.mktemp("shared"), prepared_data) as start:
        yield start()


@pytest.fixture
def distributed(tmp_path: Path, prepared_postgres: Path, redis_url: str) -> Iterator[dict[str, str]]:
    """The variables of servers on PostgreSQL, as after a first start, and on Redis; for `server(distributed)`."""
    shutil.copytree(prepared_postgres, tmp_path / "data", symlinks=True)
    with postgres_database(PREPARED_DATABASE) as url:
        yield {
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
            "CELERY_BROKER_URL": "filesystem://localhost",  # a queue for each test
        }


@pytest.fixture(params=["embedded", "distributed"])
def deployment(request: pytest.FixtureRequest) -> dict[str, str]:
    """The variables of a server on SQLite and memory alone, then those of `distributed`; for `server(deployment)`."""
    if request.param == "embedded":
        return {}
    variables: dict[str, str] = request.getfixturevalue("distributed")
    return variables
