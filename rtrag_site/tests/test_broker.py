"""The queue of tasks in a folder, which another process looks at all the while."""

import threading
from pathlib import Path

import kombu
import pytest

from rtrag_site.celery import app

MESSAGES = 300
TEXT = "x" * 200_000
"""So long that writing it takes a while."""


@pytest.fixture
def connection(tmp_path: Path) -> kombu.Connection:
    assert app.conf.broker_url.startswith("filesystem:")
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path / "c")}
    return kombu.Connection("filesystem://localhost", transport_options=folders)


def test_messages_are_read_whole_while_others_are_written(connection, tmp_path):
    def write() -> None:
        with connection.clone() as own, own.SimpleQueue("tasks") as queue:
            for number in range(MESSAGES):
                queue.put([number, TEXT])

    writing = threading.Thread(target=write)
    with connection, connection.SimpleQueue("tasks") as queue:
        writing.start()
        read: list[list[object]] = []
        while len(read) < MESSAGES:
            message = queue.get(timeout=20)
            read.append(message.payload)
            message.ack()
        writing.join()
    assert read == [[number, TEXT] for number in range(MESSAGES)]
    assert not list(tmp_path.glob("*.msg*"))
