"""What processes know together: in Redis where it is configured, else, or while it is away, in this process alone."""

import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple, Protocol, TypeVar

from cachetools import TLRUCache
from django.conf import settings
from redis.asyncio import Redis

from providers_app.redis_link import PREFIX, RedisAwayError, RedisLink

MAX_MEMORY_BYTES = 32_000_000
MIN_ENTRY_BYTES = 500
"""What an entry counts at least, so that many small ones are bounded too."""
T = TypeVar("T")


class Backend(Protocol):
    """Small values by key, each for `ttl_s` seconds."""

    async def get(self, *keys: str) -> list[bytes | None]: ...

    async def put(self, key: str, value: bytes, ttl_s: float) -> None: ...

    async def add(self, key: str, ttl_s: float) -> bool:
        """Put an empty value where there is none; whether there was none. Only one of many callers is told so."""
        ...

    async def increment(self, key: str, ttl_s: float) -> int:
        """Count one up from 0; the new number."""
        ...

    async def delete(self, *keys: str) -> None: ...


class _Entry(NamedTuple):
    value: bytes
    ttl_s: float


class MemoryBackend:
    """Values of this process, for all its threads; what was unused for longest goes when there is no room."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._entries: TLRUCache[str, _Entry] = TLRUCache(
            MAX_MEMORY_BYTES,
            ttu=lambda _key, entry, now: now + entry.ttl_s,
            timer=clock,
            getsizeof=lambda entry: max(len(entry.value), MIN_ENTRY_BYTES),
        )
        self._lock = threading.Lock()

    async def get(self, *keys: str) -> list[bytes | None]:
        with self._lock:
            return [entry.value if (entry := self._entries.get(key)) else None for key in keys]

    async def put(self, key: str, value: bytes, ttl_s: float) -> None:
        with self._lock:
            self._entries[key] = _Entry(value, ttl_s)

    async def add(self, key: str, ttl_s: float) -> bool:
        with self._lock:
            is_new = key not in self._entries
            if is_new:
                self._entries[key] = _Entry(b"", ttl_s)
            return is_new

    async def increment(self, key: str, ttl_s: float) -> int:
        with self._lock:
            entry = self._entries.get(key)
            number = int(entry.value) + 1 if entry else 1
            self._entries[key] = _Entry(b"%d" % number, ttl_s)
            return number

    async def delete(self, *keys: str) -> None:
        with self._lock:
            for key in keys:
                self._entries.pop(key, None)


class RedisBackend:
    """Values that all processes share. Raises `RedisError` and `OSError`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def get(self, *keys: str) -> list[bytes | None]:
        values: list[bytes | None] = await self._redis.mget([PREFIX + key for key in keys])  # type: ignore[assignment]
        return values

    async def put(self, key: str, value: bytes, ttl_s: float) -> None:
        await self._redis.set(PREFIX + key, value, px=_ms(ttl_s))

    async def add(self, key: str, ttl_s: float) -> bool:
        return bool(await self._redis.set(PREFIX + key, b"", px=_ms(ttl_s), nx=True))

    async def increment(self, key: str, ttl_s: float) -> int:
        async with self._redis.pipeline() as pipeline:
            pipeline.incr(PREFIX + key)
            pipeline.pexpire(PREFIX + key, _ms(ttl_s))
            number, _ = await pipeline.execute()
        return int(number)

    async def delete(self, *keys: str) -> None:
        await self._redis.delete(*(PREFIX + key for key in keys))


class Store:
    """Goes to Redis, or to the memory of this process where there is none. No call fails, or waits for long."""

    def __init__(self, url: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self.link = RedisLink(url, clock)
        self._memory = MemoryBackend(clock)

    async def get(self, *keys: str) -> list[bytes | None]:
        return await self._do(lambda backend: backend.get(*keys))

    async def put(self, key: str, value: bytes, ttl_s: float) -> None:
        await self._do(lambda backend: backend.put(key, value, ttl_s))

    async def add(self, key: str, ttl_s: float) -> bool:
        return await self._do(lambda backend: backend.add(key, ttl_s))

    async def increment(self, key: str, ttl_s: float) -> int:
        return await self._do(lambda backend: backend.increment(key, ttl_s))

    async def delete(self, *keys: str) -> None:
        await self._do(lambda backend: backend.delete(*keys))

    async def close(self) -> None:
        """Close the connections of the running event loop."""
        await self.link.close()

    async def _do(self, work: Callable[[Backend], Awaitable[T]]) -> T:
        if self.link.is_configured:
            with suppress(RedisAwayError):
                return await self.link.do(lambda redis: work(RedisBackend(redis)))
        return await work(self._memory)


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))


store = Store(settings.REDIS_URL)
