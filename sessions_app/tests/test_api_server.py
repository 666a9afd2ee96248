"""`POST /api/ask` of whole servers: clients that hang up, servers that end."""

import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from rtrag_site.tests.playback import PLAYBACK
from rtrag_site.tests.processes import until
from rtrag_site.tests.servers import Server, StartServer

ENDLESS = "The first sentence ["


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "data" / "rtrag.sqlite3")) as database:
        return database.execute(query).fetchall()


@contextmanager
def asking(server: Server, **body: object) -> Iterator[socket.socket]:
    """A connection over which the question was sent, and the beginning of its endless answer received."""
    address = urlsplit(server.url)
    content = json.dumps({"question": "what is endless", **body}).encode()
    head = f"POST /api/ask HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: {len(content)}\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(head.encode() + content)
        if body.get("stream", True):
            read_until(connection, ENDLESS)
        yield connection


def read_until(connection: socket.socket, text: str) -> str:
    received = ""
    while text not in received:
        chunk = connection.recv(65_536)
        assert chunk, received
        received += chunk.decode()
    return received


def outcomes(folder: Path) -> list[tuple[object, ...]]:
    return rows(
        folder,
        "SELECT question.outcome, answer.outcome, content, end_reason FROM sessions_app_answer answer"
        " JOIN sessions_app_question question ON question.id = question_id"
        " JOIN sessions_app_realtimesession session ON session.id = session_id WHERE session.ended_at IS NOT NULL",
    )


def test_client_that_hangs_up_cancels_the_answer(server: StartServer, tmp_path: Path) -> None:
    running = server(PLAYBACK)
    with asking(running):
        pass
    cancelled = ("cancelled", "cancelled", ENDLESS, "disconnected")
    assert until(lambda: outcomes(tmp_path), "the answer's row") == [cancelled]
    with asking(running, stream=False):
        until(lambda: rows(tmp_path, "SELECT 1 FROM sessions_app_question")[1:], "the second question")
        time.sleep(0.2)  # the provider says its first words, of which nobody hears
    assert until(lambda: outcomes(tmp_path)[1:], "the second answer's row") == [cancelled]
    assert running.log.read_text() == ""


def test_server_that_is_killed_leaves_the_question_lost(server: StartServer, tmp_path: Path) -> None:
    running = server(PLAYBACK)
    with asking(running):
        running.kill()
    with closing(sqlite3.connect(tmp_path / "data" / "rtrag.sqlite3")) as database, database:
        database.execute("UPDATE sessions_app_realtimesession SET seen_at = datetime('now', '-2 minutes')")
    following = server(PLAYBACK)
    assert httpx.post(f"{following.url}/api/ask", json={"question": "why", "stream": False}).status_code == 200
    query = (
        "SELECT outcome, end_reason FROM sessions_app_question"
        " JOIN sessions_app_realtimesession session ON session.id = session_id ORDER BY asked_at"
    )
    assert until(lambda: ("lost", "lost") in rows(tmp_path, query) and rows(tmp_path, query), "lost") == [
        ("lost", "lost"),
        ("answered", "disconnected"),
    ]


def test_stopping_server_ends_the_answer_in_order(server: StartServer, tmp_path: Path) -> None:
    running = server(PLAYBACK)
    with asking(running) as connection:
        stopped: list[int] = []
        stopping = threading.Thread(target=lambda: stopped.append(running.stop()))
        stopping.start()
        received = read_until(connection, "event: end")
        stopping.join()
    assert '"code":"SERVICE_UNAVAILABLE"' in received
    assert '"note":"the server is stopping"' in received
    assert stopped == [0]
    assert outcomes(tmp_path) == [("cancelled", "cancelled", ENDLESS, "disconnected")]
    assert "Traceback" not in running.log.read_text()
