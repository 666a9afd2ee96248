"""What processes know together, and what becomes of it while Redis is away."""

import asyncio
import logging
import uuid
from functools import partial

import pytest
from redis.asyncio import Redis

from providers_app import store as stores
from providers_app.loops import PerLoop
from providers_app.redis_link import AWAY_S, PATIENCE_S, PREFIX
from providers_app.store import MemoryBackend, Store
from providers_app.tests.scripted import Clock


@pytest.fixture(params=["memory", "redis"])
async def either(request):
    """A store, once in memory and once in Redis."""
    store = Store(request.getfixturevalue("redis_url") if request.param == "redis" else "")
    yield store
    await store.close()


@pytest.fixture
def key() -> str:
    return f"test:{uuid.uuid4().hex}"


async def test_values_are_put_and_found(either, key):
    await either.put(key, b"value", 60)
    assert await either.get(key, f"{key}:none") == [b"value", None]
    await either.delete(key)
    assert await either.get(key) == [None]


async def test_only_one_adds(either, key):
    added = await asyncio.gather(*(either.add(key, 60) for _ in range(5)))
    assert sorted(added) == [False, False, False, False, True]
    assert await either.get(key) == [b""]


async def test_numbers_count_up(either, key):
    assert [await either.increment(key, 60) for _ in range(3)] == [1, 2, 3]
    assert await either.get(key) == [b"3"]


async def remaining_ms(key: str, redis: Redis) -> int:
    return int(await redis.pttl(key))


async def test_values_end_in_redis(redis_url, key):
    store, names = Store(redis_url), (key, f"{key}:added", f"{key}:counted")
    await store.put(names[0], b"value", 60)
    await store.add(names[1], 60)
    await store.increment(names[2], 60)
    for name in names:
        assert 0 < await store.link.do(partial(remaining_ms, PREFIX + name)) <= 60_000
    await store.delete(*names)
    await store.close()


async def test_values_end_in_memory():
    clock = Clock()
    memory = MemoryBackend(clock)
    await memory.put("a", b"value", 10)
    await memory.increment("b", 10)
    clock.now = 9
    assert await memory.get("a", "b") == [b"value", b"1"]
    await memory.increment("b", 10)
    clock.now = 11
    assert await memory.get("a", "b") == [None, b"2"]
    assert await memory.add("a", 10)


async def test_memory_is_bounded_and_keeps_what_is_used(monkeypatch):
    monkeypatch.setattr(stores, "MAX_MEMORY_BYTES", 3 * stores.MIN_ENTRY_BYTES)
    memory = MemoryBackend()
    for name in ("a", "b", "c"):
        await memory.put(name, b"", 60)
    await memory.get("a")
    await memory.put("d", b"", 60)
    assert await memory.get("a", "b", "c", "d") == [b"", None, b"", b""]


async def test_two_processes_see_the_same_in_redis(redis_url, key):
    one, other = Store(redis_url), Store(redis_url)
    await one.put(key, b"value", 60)
    assert await other.get(key) == [b"value"]
    await other.delete(key)
    await one.close()
    await other.close()


async def test_redis_that_goes_away_costs_no_answer_and_one_line(door, key, caplog):
    clock = Clock()
    store = Store(door.url, clock)
    await store.put(key, b"shared", 60)
    await door.shut()
    with caplog.at_level(logging.INFO, "providers_app.redis_link"):
        assert await asyncio.gather(*(store.get(key) for _ in range(3))) == [[None]] * 3
        await store.put(key, b"own", 60)
        clock.now += AWAY_S
        assert await store.get(key) == [b"own"]
        await door.open()
        assert await store.get(key) == [b"own"]
        clock.now += AWAY_S
        assert await store.get(key) == [b"shared"]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    await store.delete(key)
    await store.close()


async def test_redis_that_hangs_holds_up_nobody_else(door, key):
    clock = Clock()
    store = Store(door.url, clock)
    await store.put(key, b"shared", 60)
    door.passed.clear()
    async with asyncio.timeout(5 * PATIENCE_S):
        assert await store.get(key) == [None]
    clock.now += AWAY_S
    trying = asyncio.create_task(store.get(key))
    await asyncio.sleep(0)
    async with asyncio.timeout(PATIENCE_S / 2):
        assert await store.get(key) == [None]
    await trying
    door.passed.set()
    await store.close()


def test_what_belongs_to_a_closed_loop_is_dropped():
    per_loop = PerLoop(object)

    async def get() -> object:
        assert per_loop.get() is per_loop.get()
        return per_loop.get()

    first, second = asyncio.run(get()), asyncio.run(get())
    assert first is not second
    assert list(per_loop._by_loop.values()) == [second]


async def test_store_of_a_loop_is_closed_once_and_made_anew(redis_url, key):
    store = Store(redis_url)
    await store.put(key, b"value", 60)
    await store.close()
    await store.close()
    assert await store.get(key) == [b"value"]
    await store.delete(key)
    await store.close()
