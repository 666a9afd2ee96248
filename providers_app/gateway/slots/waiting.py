"""Those who want to ask a provider and find no slot free."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from providers_app.contract import ErrorReason, Origin, ProviderError
from providers_app.definition import Definition
from providers_app.gateway.slots.machine import machine_table
from providers_app.gateway.slots.policy import Kind
from providers_app.gateway.slots.shared import SharedTable
from providers_app.loops import PerLoop
from providers_app.store import store

MAX_WAITING = 200
"""Live questions, for one provider."""
MAX_WAIT_S = 5.0
"""For a live question."""
POLL_S = {Kind.LIVE: 0.004, Kind.BATCH: 0.02}
"""How often to look whether another process has let go of a slot."""


@asynccontextmanager
async def slot(definition: Definition, until: float, origin: Origin) -> AsyncGenerator[None]:
    """Take part in what all processes together may ask the provider at once.

    Live questions go before those of batches. Waits at most until `until`, in the loop's time, and a live one no longer
    than `MAX_WAIT_S`. Raises `ProviderError` "overloaded".
    """
    queue = _queue_of(definition.name)
    kind = Kind.BATCH if origin is Origin.BATCH else Kind.LIVE
    await queue.take(kind, definition.limits.max_concurrent, until)
    try:
        yield
    finally:
        queue.give_back(kind)


class Queue:
    """Those of one event loop who want to ask one provider: first come, first served, and live questions first.

    The slots of this machine count in any case, so that the cap holds on it also while Redis is away.
    """

    def __init__(self, provider: str) -> None:
        self._machine = machine_table(provider)
        self._shared = SharedTable(provider, store.link, self._machine) if store.link.is_configured else None
        self._waiting = [0, 0]
        self._heads = [asyncio.Lock() for _ in Kind]
        self._freed = [asyncio.Event() for _ in Kind]

    async def take(self, kind: Kind, cap: int, until: float) -> None:
        """Have a slot. Raises `ProviderError` "overloaded"."""
        if self._waiting[Kind.LIVE] or self._waiting[kind] or not await self._try(kind, cap):
            await self._wait(kind, cap, until)

    def give_back(self, kind: Kind) -> None:
        self._machine.give_back(kind)
        if self._shared:
            self._shared.give_back(kind)
        for freed in self._freed:
            freed.set()

    async def close(self) -> None:
        if self._shared:
            await self._shared.close()

    async def _wait(self, kind: Kind, cap: int, until: float) -> None:
        if kind is Kind.LIVE:
            if self._waiting[kind] >= MAX_WAITING:
                raise _overloaded()
            until = min(until, asyncio.get_running_loop().time() + MAX_WAIT_S)
        self._waiting[kind] += 1
        try:
            async with asyncio.timeout_at(until), self._heads[kind]:
                self._freed[kind].clear()
                while not await self._try(kind, cap):
                    await self._pause(kind)
        except TimeoutError:
            raise _overloaded() from None
        finally:
            self._waiting[kind] -= 1
            if not self._waiting[kind]:
                self._wait_no_more(kind)

    async def _try(self, kind: Kind, cap: int) -> bool:
        others_wait = self._waiting[kind] > 1
        if not await self._machine.take(kind, cap, others_wait=others_wait):
            return False
        if self._shared is None:
            return True
        is_taken = False
        try:
            is_taken = await self._shared.take(kind, cap, others_wait=others_wait)
        finally:
            if not is_taken:
                self._machine.give_back(kind)
                self._machine.look_for_dead()
        return is_taken

    async def _pause(self, kind: Kind) -> None:
        """Until one of this event loop's own slots is free, or another process may have let go of one."""
        pause_s = POLL_S[kind] * random.uniform(0.5, 1.5)  # noqa: S311 - so that processes take turns
        freed = self._freed[kind]
        timer = asyncio.get_running_loop().call_later(pause_s, freed.set)
        try:
            await freed.wait()
        finally:
            timer.cancel()
            freed.clear()

    def _wait_no_more(self, kind: Kind) -> None:
        self._machine.wait_no_more(kind)
        if self._shared:
            self._shared.wait_no_more(kind)


_queues: PerLoop[dict[str, Queue]] = PerLoop(dict)


async def close_queues() -> None:
    """Tell the other processes that the running event loop wants no more."""
    for queue in (_queues.pop() or {}).values():
        await queue.close()


def _queue_of(provider: str) -> Queue:
    by_name = _queues.get()
    if provider not in by_name:
        by_name[provider] = Queue(provider)
    return by_name[provider]


def _overloaded() -> ProviderError:
    return ProviderError(ErrorReason.OVERLOADED, may_pass=True)
