"""The search index: passages in, ranked hits out. It is derived from the database and can always be rebuilt.

One process writes at a time. Readers notice a commit by one `stat` per search, so a new passage is found at once, in
every process; while a rebuild fills its own folder they go on with the former state.
"""

import functools
import logging
import threading
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy
from django.conf import settings

from knowledge_app.analysis import terms
from knowledge_app.generations import Generations, IndexBusyError
from knowledge_app.snapshot import SCHEMA, Hit, IndexedPassage, IndexUnreadableError, Snapshot, damage_reported, entry

__all__ = [
    "Hit",
    "IndexBusyError",
    "IndexUnreadableError",
    "IndexedPassage",
    "document_ids",
    "holds",
    "passage_count",
    "rebuild",
    "remove_documents",
    "replace_document",
    "search",
    "snapshot",
    "state",
]

logger = logging.getLogger(__name__)

WRITER_HEAP_BYTES = 32_000_000


def replace_document(document_id: uuid.UUID, title: str, passages: Sequence[IndexedPassage]) -> None:
    """Put `passages` in place of all that the index has of the document, in one commit.

    Raises `IndexBusyError` and `IndexUnreadableError`; both leave the index as it was.
    """
    with _changing() as writer:
        writer.delete_documents_by_term("document", str(document_id))
        for passage in passages:
            writer.add_document(entry(document_id, title, passage))


def remove_documents(document_ids: Collection[uuid.UUID], wait_s: float | None = None) -> None:
    """Take documents out, in one commit; one that is not there is no error.

    Waits `wait_s` seconds for the lock, `LOCK_TIMEOUT_S` if not given. Raises as `replace_document` does.
    """
    with _changing(wait_s) as writer:
        for document_id in document_ids:
            writer.delete_documents_by_term("document", str(document_id))


def rebuild(documents: Iterable[tuple[uuid.UUID, str, Sequence[IndexedPassage]]]) -> int:
    """Build the whole index anew beside the one in use, then switch over; return the number of passages.

    Heals a damaged index. Changes of other processes wait meanwhile. Raises `IndexBusyError`.
    """
    generations = _generations()
    with generations.locked():
        folder = generations.start()
        count = 0
        with _writer(tantivy.Index(SCHEMA, str(folder), reuse=False)) as writer:
            for document_id, title, passages in documents:
                for passage in passages:
                    writer.add_document(entry(document_id, title, passage))
                count += len(passages)
        generations.make_current(folder)
    return count


def search(question: str, limit: int = 10) -> list[Hit]:
    """The best passages for `question`, best first; none where the index is missing or damaged."""
    try:
        return snapshot().find(dict.fromkeys(terms(question), 1.0), limit)
    except IndexUnreadableError:
        return []


def passage_count() -> int:
    return snapshot().passage_count


def document_ids() -> set[uuid.UUID]:
    """The documents that have passages in the index. Raises `IndexUnreadableError`."""
    return snapshot().document_ids()


def holds(document_id: uuid.UUID) -> bool:
    """Whether the document has passages in the index. Raises `IndexUnreadableError`."""
    return snapshot().holds(document_id)


def state() -> tuple[int, int] | None:
    """A value that differs after each change of the index; None where there is none. Costs one `stat`."""
    return _generations().state()


def snapshot() -> Snapshot:
    """The state last committed, by any process; an empty one where the index is missing or damaged."""
    return _reader(settings.DATA_DIR / "index").snapshot()


class _Reader:
    """Keeps the snapshot of this process and takes a new one when the index has changed."""

    def __init__(self, folder: Path) -> None:
        self._generations = Generations(folder)
        self._lock = threading.Lock()
        self._seen = self._generations.state()
        self._snapshot = self._open()

    def snapshot(self) -> Snapshot:
        state = self._generations.state()
        if state != self._seen:
            with self._lock:
                if state != self._seen:
                    self._snapshot = self._open()
                    self._seen = state
        return self._snapshot

    def _open(self) -> Snapshot:
        folder = self._generations.current()
        try:
            return Snapshot(folder)
        except IndexUnreadableError:
            logger.exception("The search index cannot be read, run rebuild_index")
            return Snapshot(None)


@functools.cache
def _reader(folder: Path) -> _Reader:
    return _Reader(folder)


def _generations() -> Generations:
    return Generations(settings.DATA_DIR / "index")


@contextmanager
def _changing(wait_s: float | None = None) -> Iterator[tantivy.IndexWriter]:
    generations = _generations()
    with generations.locked(wait_s):
        folder = generations.current()
        if folder is None:
            folder = generations.start()
            with _writer(tantivy.Index(SCHEMA, str(folder), reuse=False)):
                pass
            generations.make_current(folder)
        with damage_reported():
            index = tantivy.Index.open(str(folder))
        with _writer(index) as writer:
            yield writer


@contextmanager
def _writer(index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
    """A writer whose work is committed at the end, or, after an exception, not at all."""
    with damage_reported():
        writer = index.writer(heap_size=WRITER_HEAP_BYTES, num_threads=1)
    try:
        yield writer
        with damage_reported():
            writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()
