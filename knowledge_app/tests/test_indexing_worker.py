"""Real worker processes on the filesystem broker, and what becomes of a document when one is killed."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection

from knowledge_app import deletion, index
from knowledge_app.generations import Generations
from knowledge_app.indexing import index_document
from knowledge_app.models import Document
from knowledge_app.recovery import LEASE
from knowledge_app.tasks import enqueue
from knowledge_app.tests.documents import taken_in
from rtrag_site.tests.environ import isolated
from rtrag_site.tests.processes import until

StartWorker = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[StartWorker]:
    """Starts workers on the database, the broker and the index of this test process."""
    (settings.DATA_DIR / "broker" / "queue").mkdir(parents=True, exist_ok=True)
    workers: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        environment = isolated(
            os.environ,
            RTRAG_DATA_DIR=str(settings.DATA_DIR),
            DATABASE_URL=f"sqlite:///{connection.settings_dict['NAME']}",
            CELERY_WORKER_CONCURRENCY="1",
        )
        command = [sys.executable, "-m", "rtrag_site.server.worker", "celery"]
        workers.append(
            subprocess.Popen(
                command, stdin=subprocess.PIPE, cwd=settings.BASE_DIR, env=environment, start_new_session=True
            )
        )
        return workers[-1]

    yield start
    for worker in workers:
        kill(worker)
        assert worker.stdin
        worker.stdin.close()
    index._reader.cache_clear()
    for folder in ("broker", "index", "media"):
        shutil.rmtree(settings.DATA_DIR / folder, ignore_errors=True)


def kill(worker: "subprocess.Popen[bytes]") -> None:
    """End a worker and its children as a power cut would."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def wait_for(document: Document, state: str) -> None:
    until(lambda: Document.objects.filter(pk=document.pk, state=state).exists(), f"the document to be {state}")


@pytest.mark.django_db(transaction=True)
def test_document_survives_a_worker_that_is_killed_while_it_is_indexed(start_worker):
    document = taken_in("# Fruit\n\nApples are red.")
    enqueue([document])
    with Generations(settings.DATA_DIR / "index").locked():  # so the worker stops in the middle
        worker = start_worker()
        until(document.passages.exists, "the passages")
        kill(worker)
    document.refresh_from_db()
    assert document.state == "indexing"

    Document.objects.update(state_since=document.state_since - LEASE)  # time goes by
    forgotten = taken_in("Pears are green.", "pears.txt")  # whose message was lost
    start_worker()

    wait_for(document, "ready")
    wait_for(forgotten, "ready")
    document.refresh_from_db()
    assert document.attempts == 2
    assert [hit.text for hit in index.search("apples")] == ["Apples are red."]
    assert [hit.text for hit in index.search("pears")] == ["Pears are green."]


@pytest.mark.django_db(transaction=True)
def test_worker_removes_what_a_busy_index_kept_of_a_deleted_document(start_worker, monkeypatch):
    monkeypatch.setattr(deletion, "INDEX_WAIT_S", 0.1)
    document = taken_in("Apples are red.")
    index_document(document.pk, document.revision)
    start_worker()
    with Generations(settings.DATA_DIR / "index").locked():
        document.delete()
        assert index.search("apples")
    until(lambda: not index.search("apples"), "the worker to remove the passage")
