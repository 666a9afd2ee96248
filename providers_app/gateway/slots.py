"""How many questions a provider is asked at once; the others wait their turn, for a while."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from providers_app.contract import ErrorReason, ProviderError
from providers_app.definition import Definition
from providers_app.loops import PerLoop

MAX_WAITING = 200
"""For one provider."""
MAX_WAIT_S = 5.0


@dataclass(slots=True)
class _Slots:
    limit: int
    free: asyncio.Semaphore
    waiting: int = 0


_slots: PerLoop[dict[str, _Slots]] = PerLoop(dict)


@asynccontextmanager
async def slot(definition: Definition, until: float) -> AsyncGenerator[None]:
    """Take part in what the provider may be asked at once, first come, first served.

    Waits at most until `until`, in the loop's time. Raises `ProviderError` "overloaded".
    """
    slots = _of(definition)
    if slots.waiting >= MAX_WAITING:
        raise _overloaded()
    slots.waiting += 1
    try:
        async with asyncio.timeout_at(min(until, asyncio.get_running_loop().time() + MAX_WAIT_S)):
            await slots.free.acquire()
    except TimeoutError:
        raise _overloaded() from None
    finally:
        slots.waiting -= 1
    try:
        yield
    finally:
        slots.free.release()


def _of(definition: Definition) -> _Slots:
    by_name, limit = _slots.get(), definition.limits.max_concurrent
    slots = by_name.get(definition.name)
    if slots is None or slots.limit != limit:
        slots = by_name[definition.name] = _Slots(limit, asyncio.Semaphore(limit))
    return slots


def _overloaded() -> ProviderError:
    return ProviderError(ErrorReason.OVERLOADED, may_pass=True)
