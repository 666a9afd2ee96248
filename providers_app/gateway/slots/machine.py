"""The slots that the processes of one machine hold: a small file for each provider.

Every process has a row in it, and the lock on the row's first byte for as long as it lives. The kernel takes that lock
away with the process, however it ends; whoever then finds no slot free clears the row, and learns from it which life is
over. One more lock is held while a process looks at all rows and changes its own. These locks belong to processes: a
process has each file open only once, for closing any descriptor of it would end them all, and a fork begins anew.
"""

import asyncio
import fcntl
import logging
import os
import secrets
import struct
import threading
import time
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from providers_app.gateway.slots.policy import WAIT_MARK_S, Kind, Row, may_take

logger = logging.getLogger(__name__)
MAX_PROCESSES = 256
BUSY_S = 0.0005
"""When to look again, where another process is looking just now."""
_LIFE_BYTES = 8
_NO_LIFE = bytes(_LIFE_BYTES)
_ROW = struct.Struct(f"<IIdd{_LIFE_BYTES}s")
"""Its size is in the file's name: processes of another release may run yet, whose rows and locks lie elsewhere."""
_TURN = 0
"""The byte whose lock says whose turn it is to look; the rows have places from 1."""
T = TypeVar("T")


class MachineTable:
    """The slots of one provider, for all threads of this process. No other process ever has the same `life`."""

    def __init__(self, path: Path) -> None:
        self._life = secrets.token_bytes(_LIFE_BYTES)
        self._died: list[str] = []
        self._own = Row()
        self._thread = threading.Lock()
        self._file: int | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._place = self._join(self._file)
        except OSError as error:
            self.close()
            logger.error("%s cannot be used (%s): caps hold in each process", path, error.strerror)  # noqa: TRY400

    async def take(self, kind: Kind, cap: int, *, others_wait: bool = False) -> bool:
        """Have one more slot, if there is one; else leave the mark of one who waits, as where `others_wait`."""
        while (is_taken := self._take(kind, cap, others_wait=others_wait)) is None:  # noqa: ASYNC110 - of other processes
            await asyncio.sleep(BUSY_S)
        return is_taken

    def give_back(self, kind: Kind) -> None:
        with self._thread:
            own = self._own
            self._write(Row(_with(own.held, kind, own.held[kind] - 1), own.waits_until))

    def wait_no_more(self, kind: Kind) -> None:
        """Take the mark of those who wait away."""
        with self._thread:
            own = self._own
            self._write(Row(own.held, _with(own.waits_until, kind, 0.0)))

    @property
    def life(self) -> str:
        return self._life.hex()

    def look_for_dead(self) -> None:
        """Clear their rows, as it is done where no slot is free, unless it is another process's turn."""
        with self._thread:
            if self._file is not None and _lock(self._file, _TURN):
                try:
                    self._clear_dead()
                finally:
                    _unlock(self._file, _TURN)

    def died(self) -> list[str]:
        """The lives that were found to be over since the last call."""
        with self._thread:
            died, self._died = self._died, []
        return died

    def close(self) -> None:
        """From now on count for this process alone."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _join(self, file: int) -> int:
        """The place of a row that nobody living has, from now on this process's. Raises `OSError`."""
        for place in range(1, MAX_PROCESSES + 1):
            if _lock(file, _start(place)):
                self._clear(file, place)
                return place
        raise OSError(0, "too many processes")

    def _take(self, kind: Kind, cap: int, *, others_wait: bool) -> bool | None:
        """None where it is another process's turn."""
        with self._thread:
            if self._file is not None and not _lock(self._file, _TURN):
                return None
            try:
                return self._take_in_turn(kind, cap, others_wait=others_wait)
            finally:
                if self._file is not None:
                    _unlock(self._file, _TURN)

    def _take_in_turn(self, kind: Kind, cap: int, *, others_wait: bool) -> bool:
        own, now = self._own, time.monotonic()
        is_free = may_take(kind, cap, own, self._others().values(), now)
        if not is_free and self._clear_dead():
            is_free = may_take(kind, cap, own, self._others().values(), now)
        mark = 0.0 if is_free and not others_wait else now + WAIT_MARK_S
        self._write(Row(_with(own.held, kind, own.held[kind] + is_free), _with(own.waits_until, kind, mark)))
        return is_free

    def _others(self) -> dict[int, Row]:
        """What other processes have, or had when they died, by the place of their row."""
        if self._file is None:
            return {}
        table = os.pread(self._file, MAX_PROCESSES * _ROW.size, _ROW.size)
        return {
            place: Row((live, batch), (live_until, batch_until))
            for place, (live, batch, live_until, batch_until, _life) in enumerate(_ROW.iter_unpack(table), start=1)
            if place != self._place and (live or batch or live_until or batch_until)
        }

    def _clear_dead(self) -> bool:
        """Whether there was something to clear."""
        if self._file is None:
            return False
        dead = [place for place in self._others() if _lock(self._file, _start(place))]
        for place in dead:
            self._clear(self._file, place)
            _unlock(self._file, _start(place))
        return bool(dead)

    def _clear(self, file: int, place: int) -> None:
        """Empty the row of one who has died, or a place that nobody has had."""
        *_, life = _ROW.unpack(os.pread(file, _ROW.size, _start(place)).ljust(_ROW.size, b"\0"))
        if life != _NO_LIFE:
            self._died.append(life.hex())
        os.pwrite(file, bytes(_ROW.size), _start(place))

    def _write(self, row: Row) -> None:
        self._own = row
        if self._file is not None:
            os.pwrite(self._file, _ROW.pack(*row.held, *row.waits_until, self._life), _start(self._place))


_tables: dict[str, MachineTable] = {}
_making = threading.Lock()


def machine_table(provider: str) -> MachineTable:
    """The one of this process. Names are those that operators give, so there are few."""
    with _making:
        if provider not in _tables:
            _tables[provider] = MachineTable(settings.DATA_DIR / "slots" / f"{provider}.{_ROW.size}")
        return _tables[provider]


def _begin_anew() -> None:
    """In a process that was forked, which has none of its parent's locks."""
    global _making  # noqa: PLW0603 - another thread of the parent may have held it
    _making = threading.Lock()
    for table in _tables.values():
        table.close()
    _tables.clear()


os.register_at_fork(after_in_child=_begin_anew)


def _start(place: int) -> int:
    return place * _ROW.size


def _lock(file: int, offset: int) -> bool:
    """Whether the byte is locked by this process now; never waits."""
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _unlock(file: int, offset: int) -> None:
    fcntl.lockf(file, fcntl.LOCK_UN, 1, offset)


def _with(pair: tuple[T, T], kind: Kind, value: T) -> tuple[T, T]:
    return (value, pair[1]) if kind is Kind.LIVE else (pair[0], value)
