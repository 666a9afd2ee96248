"""The index between threads and processes: readers that see each commit, writers that wait or die."""

import os
import subprocess
import sys
import threading
import uuid
from contextlib import contextmanager

import pytest

from knowledge_app import generations, index
from knowledge_app.generations import Generations, IndexBusyError
from knowledge_app.tests.indexes import add_document, passage
from rtrag_site.tests.environ import isolated

PREAMBLE = """
import sys, uuid, django
django.setup()
from knowledge_app import index
from knowledge_app.index import IndexedPassage
passages = [IndexedPassage(0, "", "apples", "en")]
"""
SEARCHING = """
for line in sys.stdin:
    print(len(index.search(line)), flush=True)
"""
REPLACING = """
with index._changing() as writer:
    writer.delete_all_documents()
    print("half way", flush=True)
    sys.stdin.read()
"""
REBUILDING = """
def documents():
    yield uuid.uuid4(), "New", passages
    print("half way", flush=True)
    sys.stdin.read()
index.rebuild(documents())
"""


@contextmanager
def process(data_dir, script: str):
    """Another process of the service, which runs `script` and is killed at the end."""
    running = subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + script],
        env=isolated(os.environ, RTRAG_DATA_DIR=str(data_dir)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def test_new_document_is_found_at_once_by_a_running_process(data_dir):
    def found():
        web.stdin.write("apples\n")
        web.stdin.flush()
        return web.stdout.readline().strip()

    with process(data_dir, SEARCHING) as web:
        assert found() == "0"
        add_document("Title", passage("apples"))
        assert found() == "1"
        index.rebuild([(uuid.uuid4(), "Title", [passage("apples"), passage("more apples", position=1)])])
        assert found() == "2"
        index.rebuild([])
        assert found() == "0"


@pytest.mark.parametrize("script", [REPLACING, REBUILDING])
def test_killed_writer_leaves_the_last_commit_and_no_lock(data_dir, script):
    add_document("Title", passage("pears"))
    with process(data_dir, script) as writer:
        assert writer.stdout.readline() == "half way\n"
    index._reader.cache_clear()
    assert (len(index.search("pears")), len(index.search("apples"))) == (1, 0)
    add_document("Title", passage("plums"))
    assert index.passage_count() == 2


def test_searches_go_on_while_the_index_is_rebuilt(data_dir):
    documents = [(uuid.UUID(int=number), "Title", [passage(f"apples {number}")]) for number in range(50)]
    index.rebuild(documents)
    counts: list[int] = []
    rebuilt = threading.Event()

    def keep_searching() -> None:
        while not rebuilt.is_set():
            counts.append(len(index.search("apples", limit=100)))

    searchers = [threading.Thread(target=keep_searching) for _ in range(4)]
    for searcher in searchers:
        searcher.start()
    for _ in range(5):
        index.rebuild(documents)
    rebuilt.set()
    for searcher in searchers:
        searcher.join()
    assert set(counts) == {50}


def test_second_writer_waits_for_the_first(data_dir):
    with Generations(data_dir / "index").locked():
        waiting = threading.Thread(target=add_document, args=("Title", passage("apples")))
        waiting.start()
        assert index.passage_count() == 0
    waiting.join()
    assert index.passage_count() == 1


def test_writer_that_waited_too_long_says_so(data_dir, monkeypatch):
    monkeypatch.setattr(generations, "LOCK_TIMEOUT_S", 0)
    with Generations(data_dir / "index").locked(), pytest.raises(IndexBusyError):
        add_document("Title", passage("apples"))
    assert index.passage_count() == 0


def test_many_writers_lose_nothing(data_dir):
    writers = [threading.Thread(target=add_document, args=(f"Title {n}", passage("apples"))) for n in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(index.search("apples")) == 8
