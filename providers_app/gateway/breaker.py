"""Spares a provider that keeps failing, and those who ask it: it rests, then one question tries it again."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import NamedTuple

from cachetools import LRUCache

from providers_app.contract import ErrorReason, Origin, ProviderError
from providers_app.definition import Definition
from providers_app.gateway.incidents import NOT_THE_PROVIDERS
from providers_app.loops import PerLoop
from providers_app.store import Store, store

MAX_FAILURES = 5
"""How many failures in a row open the breaker."""
FORGET_S = 300.0
"""A failure that long ago is no longer one in a row."""
REST_S = 20.0
FRESH_S = 1.0
"""How old may be what is known of other processes."""
MAX_KNOWN = 256
NEUTRAL = NOT_THE_PROVIDERS | {ErrorReason.REJECTED, ErrorReason.KEY_MISSING, ErrorReason.NOT_CONFIGURED}
"""What says nothing about how the next question will fare, or fails without costing any time."""
NEUTRAL_OF_BATCHES = NEUTRAL | {ErrorReason.RATE_LIMITED}
"""A batch that asks too fast slows down by itself; live questions are not to be refused for it."""


class _State(NamedTuple):
    failures: int
    is_resting: bool
    fresh_until: float


class _Keys(NamedTuple):
    """Where the state of a definition lies. Its version is part of them, so an operator's change begins anew."""

    failures: str
    rest: str
    probe: str
    batch_probe: str


@lru_cache(MAX_KNOWN)
def _keys(name: str, version: int) -> _Keys:
    return _Keys(*(f"breaker:{name}:{version}:{field}" for field in _Keys._fields))


class Breaker:
    """Of all providers. While nothing fails, it asks the store no more often than every `FRESH_S` seconds."""

    def __init__(self, shared: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = shared
        self._clock = clock
        self._known: LRUCache[_Keys, _State] = LRUCache(MAX_KNOWN)
        self._first_reading = PerLoop(asyncio.Lock)

    @asynccontextmanager
    async def guard(self, definition: Definition, origin: Origin = Origin.SOCKET) -> AsyncGenerator[None]:
        """Learn from the exchange inside. Raises `ProviderError` "resting" where there should be none now.

        An operator's test is let through in any case. Live questions do not wait for what a batch tries: after a rest
        one of each is let through.
        """
        keys = _keys(definition.name, definition.version)
        probe = keys.batch_probe if origin is Origin.BATCH else keys.probe
        is_test = origin is Origin.TEST
        is_probe = not is_test and await self._admit(keys, probe, definition.limits.total_timeout_s)
        try:
            yield
        except ProviderError as error:
            if error.reason not in (NEUTRAL_OF_BATCHES if origin is Origin.BATCH else NEUTRAL):
                await self._failed(keys)
            if is_probe:
                await self._store.delete(probe)
            raise
        except BaseException:
            if is_probe:
                await self._store.delete(probe)
            raise
        await self._succeeded(keys, is_probe=is_probe or is_test)

    async def _admit(self, keys: _Keys, probe: str, probe_s: float) -> bool:
        """Whether the exchange is a probe: the one that is let through after a rest."""
        state = await self._state(keys)
        if state.is_resting:
            raise _resting()
        if state.failures < MAX_FAILURES:
            return False
        if not await self._store.add(probe, probe_s + REST_S):
            raise _resting()
        if (await self._read(keys)).is_resting:  # a probe elsewhere has failed just now
            await self._store.delete(probe)
            raise _resting()
        return True

    async def _failed(self, keys: _Keys) -> None:
        failures = await self._store.increment(keys.failures, FORGET_S)
        if failures >= MAX_FAILURES:
            await self._store.add(keys.rest, REST_S)
        await self._read(keys)

    async def _succeeded(self, keys: _Keys, *, is_probe: bool) -> None:
        state = await self._state(keys)
        if is_probe or 0 < state.failures < MAX_FAILURES:
            await self._store.delete(*keys)
            await self._read(keys)

    async def _state(self, keys: _Keys) -> _State:
        now = self._clock()
        known = self._known.get(keys)
        if known is None:
            async with self._first_reading.get():  # a batch begins with a hundred questions at once
                return self._known.get(keys) or await self._read(keys)
        if now >= known.fresh_until:
            self._known[keys] = known._replace(fresh_until=now + FRESH_S)  # the others go by it while this one reads
            return await self._read(keys)
        return known

    async def _read(self, keys: _Keys) -> _State:
        failures, rest = await self._store.get(keys.failures, keys.rest)
        fresh_until = self._clock() + FRESH_S
        state = self._known[keys] = _State(int(failures or 0), rest is not None, fresh_until)
        return state


def _resting() -> ProviderError:
    return ProviderError(ErrorReason.RESTING, may_pass=True)


breaker = Breaker(store)
