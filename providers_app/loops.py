"""What every event loop of a process needs one of."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerLoop(Generic[T]):
    """One object for each event loop, made at first use.

    What belongs to loops that were closed is dropped when a new one turns up: a weak reference would not do, because
    open connections know their loop.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._by_loop: dict[asyncio.AbstractEventLoop, T] = {}

    def get(self) -> T:
        """That of the running event loop."""
        loop = asyncio.get_running_loop()
        found = self._by_loop.get(loop)
        if found is None:
            self._by_loop = {known: kept for known, kept in self._by_loop.items() if not known.is_closed()}
            found = self._by_loop[loop] = self._make()
        return found

    def pop(self) -> T | None:
        """That of the running event loop, if there is one, which is forgotten."""
        return self._by_loop.pop(asyncio.get_running_loop(), None)
