"""Other processes of the service, forked from a test, and the one log in which they write what they do."""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from providers_app.contract import Origin
from providers_app.gateway.slots import waiting
from providers_app.store import Store

PATIENCE_S = 20.0
T = TypeVar("T")
forking = multiprocessing.get_context("fork")


class Log:
    """Who took a slot and gave it back, in the order in which it happened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    def write(self, word: str) -> None:
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        os.write(file, f"{word}\n".encode())
        os.close(file)

    def words(self) -> list[str]:
        return self._path.read_text().split()

    async def has(self, *words: str) -> None:
        """Wait until these are written, whatever else is."""
        async with asyncio.timeout(PATIENCE_S):
            while not set(words) <= set(self.words()):  # noqa: ASYNC110 - by other processes
                await asyncio.sleep(0.002)

    def most(self, *origins: Origin) -> int:
        """How many slots were held at once."""
        held = most = 0
        for word in self.words():
            origin, step = word.split(":")
            if origin in origins:
                held += 1 if step == "in" else -1
                most = max(most, held)
        return most


async def closing(work: Coroutine[Any, Any, T], store: Store) -> T:
    """Do it in an event loop that ends with it."""
    try:
        return await work
    finally:
        await waiting.close_queues()
        await store.close()


class Processes:
    """Other processes of the service; each is on a machine of its own where `is_apart`."""

    def __init__(self, folder: Path, settings: Any, store: Store, *, is_apart: bool) -> None:
        self.log = Log(folder / "log")
        self.store = store
        self._folder, self._settings, self._is_apart = folder, settings, is_apart
        self._running: list[Any] = []

    def start(self, work: Callable[[], Coroutine[Any, Any, None]], *, is_apart: bool = False) -> Any:
        process = forking.Process(target=self._run, args=(work, is_apart or self._is_apart), daemon=True)
        process.start()
        self._running.append(process)
        return process

    async def ended(self) -> None:
        """Wait until all of them have done their work."""
        async with asyncio.timeout(PATIENCE_S):
            while any(process.is_alive() for process in self._running):  # noqa: ASYNC110 - other processes
                await asyncio.sleep(0.01)
        assert [process.exitcode for process in self._running] == [0] * len(self._running)

    def end(self) -> None:
        for process in self._running:
            process.kill()
            process.join()

    def _run(self, work: Callable[[], Coroutine[Any, Any, None]], is_apart: bool) -> None:
        if is_apart:
            self._settings.DATA_DIR = self._folder / str(os.getpid())
        asyncio.run(closing(work(), self.store))
