"""The record of what was said, asked and answered; an await on what `put` returns means "durable".

What arrives while a commit runs is collected and written in the next transaction, so that many sessions share one
flush to disk. All of it happens in one thread of its own, with a database connection of its own.
"""

import asyncio
import threading
import time
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from queue import Empty, Full, Queue
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from sessions_app.incidents import report
from sessions_app.records import Entry, Record, write

DATABASE_AWAY = (OperationalError, InterfaceError)
MAX_BATCH = 2_000
"""How many entries share a transaction at most."""
RETRIES_S = (0.1, 0.5, 2.0, 5.0)
"""How long to wait before each new try while the database is away."""


class _Waiting(NamedTuple):
    entry: Entry
    done: asyncio.Future[str | None]


class Journal:
    """Owns the writing thread. At most `max_records` entries wait; what comes on top is refused as not stored."""

    def __init__(self, max_records: int) -> None:
        self._queue: Queue[_Waiting | None] = Queue(max_records)
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def put(self, session: UUID, record: Record) -> asyncio.Future[str | None]:
        """Write `record` for a session. The future gives None when it is durable, an error's id if it cannot be."""
        done: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait(_Waiting(Entry(session, record, datetime.now(UTC)), done))
        except Full as error:
            done.set_result(report(error, "taking a record"))
        return done

    def close(self, timeout_s: float = 4.0) -> None:
        """Write what waits, then end the thread."""
        self._queue.put(None, timeout=timeout_s)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        is_open = True
        while is_open:
            batch, is_open = self._collect()
            if batch:
                self._settle(batch, self._store([waiting.entry for waiting in batch]))
        connection.close()

    def _collect(self) -> tuple[list[_Waiting], bool]:
        """Everything that waits, at least one entry; and whether more may come."""
        batch: list[_Waiting] = []
        item = self._queue.get()
        while item is not None:
            batch.append(item)
            if len(batch) == MAX_BATCH:
                break
            try:
                item = self._queue.get_nowait()
            except Empty:
                break
        return batch, item is not None

    def _store(self, entries: list[Entry]) -> list[str | None]:
        """Write all entries in one transaction; where that fails for what they hold, each in its own."""
        try:
            _write_patiently(entries)
        except DATABASE_AWAY as error:
            return [report(error, "writing the journal")] * len(entries)
        except Exception:  # noqa: BLE001 - one bad entry must not take the others with it
            return self._store_singly(entries)
        return [None] * len(entries)

    def _store_singly(self, entries: list[Entry]) -> list[str | None]:
        results: list[str | None] = []
        for entry in entries:
            try:
                _write_patiently([entry])
            except DATABASE_AWAY as error:
                return results + [report(error, "writing the journal")] * (len(entries) - len(results))
            except Exception as error:  # noqa: BLE001 - the same
                results.append(report(error, "writing a record"))
            else:
                results.append(None)
        return results

    @staticmethod
    def _settle(batch: list[_Waiting], results: list[str | None]) -> None:
        """Tell each event loop what became of its entries, in one call."""
        by_loop: defaultdict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[str | None], str | None]]]
        by_loop = defaultdict(list)
        for waiting, result in zip(batch, results, strict=True):
            by_loop[waiting.done.get_loop()].append((waiting.done, result))
        for loop, settled in by_loop.items():
            with suppress(RuntimeError):  # the loop was closed meanwhile, and nobody waits any more
                loop.call_soon_threadsafe(_set_results, settled)


def _write_patiently(entries: list[Entry]) -> None:
    """Write in one transaction; try again while the database is away, for as long as `RETRIES_S` says."""
    for pause_s in (*RETRIES_S, None):
        try:
            with transaction.atomic():
                write(entries)
        except DATABASE_AWAY:
            connection.close()
            if pause_s is None:
                raise
            time.sleep(pause_s)
        else:
            return


def _set_results(settled: list[tuple[asyncio.Future[str | None], str | None]]) -> None:
    for done, result in settled:
        if not done.done():
            done.set_result(result)


@cache
def get_journal() -> Journal:
    """The journal of this process, started at first use."""
    return Journal(settings.MAX_JOURNAL_RECORDS)


def close_journal() -> None:
    """Write what waits and end the thread, if the journal was ever used."""
    if get_journal.cache_info().currsize:
        get_journal().close()
        get_journal.cache_clear()
