"""`manage.py serve` as a whole: real processes, real signals."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.core.management import CommandError

from knowledge_app.generations import Generations
from rtrag_site.server import web
from rtrag_site.tests.environ import isolated
from rtrag_site.tests.processes import processes, until
from rtrag_site.tests.servers import Server, StartServer, starting_servers

EXIT_WITHIN_S = 5
WEBHOOK_SECRET = "whsec_" + 11 * "QUJD"


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def worker_for_batches(running: Server) -> int:
    """Its process: it is the only one that is seen to take batches, under its name."""
    [worker] = until(lambda: running.get("/api/batch/status")["workers"], "a worker for batches")
    return int(worker["name"].partition("@")[0].removeprefix("serve-batches-"))


def worker_for_documents(running: Server) -> int:
    [pid] = running.worker_pids() - {worker_for_batches(running)}
    return pid


def refused(tmp_path: Path, *arguments: str, **variables: str) -> str:
    """What `serve` says on standard error when it does not start for a reason that is the operator's."""
    ended = subprocess.run(
        [sys.executable, "manage.py", "serve", *arguments],
        cwd=settings.BASE_DIR,
        env=isolated(os.environ, **{"RTRAG_DATA_DIR": str(tmp_path / "data"), **variables}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    return ended.stderr


def test_serve_answers_and_ends_in_order(server: StartServer, deployment: dict[str, str]) -> None:
    running = server(deployment)
    assert running.get("/health/live") == {"status": "live"}
    assert running.stop() == 0
    assert running.lines[-1] == "Stopped"
    assert running.log.read_text() == ""


def test_serve_prepares_only_what_is_missing(tmp_path: Path) -> None:
    with starting_servers(tmp_path) as start:
        first = start()
        first.stop()
        second = start()
    assert [line for line in first.lines if "password:" in line]
    assert not [line for line in second.lines if "Administrator" in line]
    assert {"Database: up to date", "Starter documents: unchanged"} <= set(second.lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_server_and_workers(server: StartServer, number: signal.Signals) -> None:
    running = server(worker=True)
    workers = running.worker_pids()
    assert len(workers) == 2
    running.process.send_signal(number)
    assert running.process.wait(EXIT_WITHIN_S) == 0
    assert not [each for each in processes() if each.group in workers]


def test_signal_that_comes_twice_still_ends_the_server_in_order(server: StartServer) -> None:
    running = server()
    running.process.send_signal(signal.SIGTERM)
    assert running.stop() == 0
    assert running.log.read_text() == ""


def test_workers_do_not_outlive_a_killed_server(server: StartServer) -> None:
    running = server(worker=True)
    workers = running.worker_pids()
    running.kill()
    until(lambda: not [each for each in processes() if each.group in workers], "the workers' end")


def test_worker_that_dies_is_started_again(server: StartServer) -> None:
    running = server(worker=True)
    killed, other = worker_for_batches(running), worker_for_documents(running)
    os.killpg(killed, signal.SIGKILL)
    assert "ended unexpectedly (exit code -9)" in running.wait_for_line("The worker for batches")
    until(lambda: len(running.worker_pids() - {killed}) == 2, "another worker")
    assert other in running.worker_pids()
    assert running.stop() == 0


def test_documents_that_take_for_ever_do_not_hold_up_batches(
    server: StartServer, prepared_data: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(prepared_data, data, symlinks=True)
    with closing(sqlite3.connect(data / "rtrag.sqlite3")) as database, Generations(data / "index").locked():
        database.execute("UPDATE knowledge_app_document SET state = 'queued'")
        database.commit()
        running = server({"CELERY_WORKER_CONCURRENCY": "1"}, worker=True)
        is_full = "SELECT 1 FROM knowledge_app_document WHERE state = 'indexing'"
        until(lambda: database.execute(is_full).fetchall(), "a document that waits for the index")
        reply = httpx.post(f"{running.url}/api/batch/tasks", json={"name": "one", "texts": ["Celery?"]}, timeout=10)
        task = reply.json()["task_id"]
        until(lambda: running.get(f"/api/batch/tasks/{task}")["status"] == "completed", "the batch")
        assert database.execute(is_full).fetchall()


def test_no_worker_waits_for_batches_that_nobody_may_hand_in(server: StartServer) -> None:
    running = server({"BATCH_ENABLED": "false"}, worker=True)
    assert len(running.worker_pids()) == 1


def test_busy_port_is_said_in_one_line(tmp_path: Path, busy_port: int) -> None:
    assert refused(tmp_path, "--port", str(busy_port)) == (
        f"CommandError: Cannot listen on 127.0.0.1 port {busy_port}: Address already in use\n"
    )


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 70_000), ("no.such.host.invalid", 0), ("a..b", 0), (64 * "a", 0)]
)
def test_impossible_address_is_said_in_one_line(host: str, port: int) -> None:
    with pytest.raises(CommandError, match=rf"^Cannot listen on {re.escape(host)} port {port}: .+$"):
        web.bind(host, port)


def test_address_is_held_by_one_server_from_the_beginning() -> None:
    with web.bind("127.0.0.1", 0) as first, pytest.raises(CommandError, match=r"Address already in use$"):
        web.bind("127.0.0.1", first.getsockname()[1])


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"PORT": "eight"}, "PORT must be a whole number from 1 to 65535, not 'eight'\n"),
        ({"DATABASE_URL": "postgres://me:secret@127.0.0.1:1/none"}, "CommandError: DATABASE_URL: the database"),
        ({"RTRAG_DATA_DIR": "manage.py/data"}, "RTRAG_DATA_DIR"),
        (
            {
                "RTRAG_DATA_DIR": "manage.py/data",
                "SECRET_KEY": "x",
                "ENCRYPTION_SECRETS": "y",
                "WEBHOOK_SECRET": WEBHOOK_SECRET,
            },
            "CommandError: RTRAG_DATA_DIR",
        ),
        ({"RAG_PROVIDER": "nobody"}, "CommandError: RAG_PROVIDER names no kind of provider: nobody\n"),
        ({"RAG_PROVIDER": "dify"}, "CommandError: RAG_PROVIDER is dify, but DIFY_API_KEY is not set\n"),
        ({"SEARCH_PROVIDER": "bing"}, "CommandError: SEARCH_PROVIDER names no web search: bing\n"),
        (
            {"OPENAI_BASE_URL": "https://me:secret@host"},
            "CommandError: OPENAI_BASE_URL must hold no user or password\n",
        ),
        ({"DIFY_TIMEOUT": "soon"}, "DIFY_TIMEOUT must be a number of seconds from 0.1 to 3600, not 'soon'\n"),
    ],
)
def test_wrong_configuration_is_said_in_one_line(tmp_path: Path, variables: dict[str, str], said: str) -> None:
    error = refused(tmp_path, "--port", "0", **variables)
    assert error.startswith(said)
    assert error.count("\n") == 1
    assert "secret" not in error.replace("secret_key", "")
