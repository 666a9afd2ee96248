"""Where the search index lies: generation folders, a link to the current one, and the lock of its only writer."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

LOCK_TIMEOUT_S = 60.0


class IndexBusyError(Exception):
    """Another process kept the index locked for longer than the caller would wait."""


class Generations:
    """The generations of an index under one folder.

    A rebuild fills a new folder and then turns the link `current` in one step, so that readers always see a whole
    index, and a rebuild that dies leaves the former one in use. The one before the current stays until the next
    rebuild, for readers that are just opening it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._link = folder / "current"

    def current(self) -> Path | None:
        """The folder in use, or None where nothing was ever built."""
        return self._link.resolve() if self._link.is_symlink() else None

    def state(self) -> tuple[int, int] | None:
        """A value that differs after each commit and each rebuild; None without an index. Costs one `stat`."""
        try:
            meta = os.stat(self._link / "meta.json")  # noqa: PTH116 - on the path of every search
        except OSError:
            return None
        return meta.st_ino, meta.st_mtime_ns

    @contextmanager
    def locked(self, wait_s: float | None = None) -> Iterator[None]:
        """Hold the writer's lock, which ends with the process that holds it.

        Raises `IndexBusyError` after `wait_s` seconds, `LOCK_TIMEOUT_S` if not given.
        """
        wait_s = LOCK_TIMEOUT_S if wait_s is None else wait_s
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self._folder / "writer.lock")
        try:
            with lock.acquire(timeout=wait_s):
                yield
        except filelock.Timeout as error:
            raise IndexBusyError(f"the search index was locked for {wait_s:.0f} s") from error

    def start(self) -> Path:
        """An empty folder for the next generation; what dead rebuilds left behind goes. Needs the lock."""
        keep = self.current()
        for folder in self._folder.glob("generation-*"):
            if folder != keep:
                shutil.rmtree(folder)
        fresh = self._folder.resolve() / f"generation-{uuid.uuid4().hex}"
        fresh.mkdir()
        return fresh

    def make_current(self, generation: Path) -> None:
        """Turn readers and writers to `generation`. Needs the lock."""
        link = self._folder / "next"
        link.unlink(missing_ok=True)
        link.symlink_to(generation.name, target_is_directory=True)
        link.replace(self._link)
