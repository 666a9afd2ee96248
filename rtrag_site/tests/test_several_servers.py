"""Servers that share a data folder, and what waits while one of them prepares it."""

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from filelock import FileLock

from rtrag_site.tests.processes import until
from rtrag_site.tests.servers import StartServer

WAITING = "Waiting for another server that is preparing the same data"
REQUEST = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def connection_to(port: int) -> socket.socket | None:
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=20)
    except ConnectionRefusedError:
        return None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_servers_that_start_together_prepare_one_after_another(
    server: StartServer, postgres_url: str, redis_url: str
) -> None:
    variables = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url, "CELERY_BROKER_URL": "filesystem://localhost"}
    with ThreadPoolExecutor() as together:
        running = list(together.map(lambda _: server(variables), range(2)))
    said = [line.split(":")[0] for each in running for line in each.lines]
    assert said.count("Administrator") == 1
    assert sorted(line for each in running for line in each.lines if line.startswith("Starter")) == [
        "Starter documents: loading",
        "Starter documents: unchanged",
    ]
    assert [each.log.read_text() for each in running] == ["", ""]


def test_connection_waits_while_the_server_prepares(server: StartServer, tmp_path: Path) -> None:
    server().stop()
    port = free_port()
    lines: list[str] = []
    with ThreadPoolExecutor() as beside:
        with FileLock(tmp_path / "data" / "preparation.lock"):
            starting = beside.submit(server, port=port, lines=lines)
            client = until(lambda: connection_to(port), "the port")
            assert client
            client.sendall(REQUEST)
            until(lambda: WAITING in lines, WAITING)
        with client:
            assert client.recv(100).startswith(b"HTTP/1.1 200 ")
        starting.result()
