"""The slots in Redis: several tables here stand for processes on several machines."""

import asyncio
import uuid
from contextlib import suppress
from typing import Any

import pytest
from redis.asyncio import Redis

from providers_app.gateway.slots import shared
from providers_app.gateway.slots.machine import MachineTable
from providers_app.gateway.slots.policy import Kind
from providers_app.gateway.slots.shared import SharedTable
from providers_app.redis_link import RedisLink

LIVE, BATCH = Kind.LIVE, Kind.BATCH


@pytest.fixture
async def tables(redis_url, tmp_path):
    """The tables of three processes that ask the same provider."""
    link, name = RedisLink(redis_url), uuid.uuid4().hex
    tables = [SharedTable(name, link, MachineTable(tmp_path / str(number))) for number in range(3)]
    yield tables
    for table in tables:
        await table.close()
    await link.close()


async def told(*tables: SharedTable) -> None:
    """Redis knows what was given back."""
    for table in tables:
        await table._tell()


async def test_cap_holds_over_all(tables):
    one, two, three = tables
    assert [await table.take(LIVE, 3) for table in (one, two, three, one)] == [True, True, True, False]
    one.give_back(LIVE)
    one.wait_no_more(LIVE)
    await told(one)
    assert [await table.take(LIVE, 3) for table in (two, three)] == [True, False]


async def test_cap_follows_the_operator(tables):
    one, two, _ = tables
    assert [await one.take(LIVE, 3) for _ in range(3)] == [True] * 3
    assert await two.take(LIVE, 4)
    for is_free in (False, False, True):
        one.give_back(LIVE)
        await told(one)
        assert await two.take(LIVE, 2) is is_free


async def test_batches_leave_slots_to_live_questions(tables):
    one, two, three = tables
    assert [await table.take(BATCH, 4) for table in (one, two, one, two)] == [True, True, True, False]
    assert await three.take(LIVE, 4)


async def test_no_batch_goes_before_a_live_question_that_waits(tables):
    one, two, three = tables
    assert await one.take(BATCH, 1)
    assert not await two.take(LIVE, 1)
    one.give_back(BATCH)
    await told(one)
    assert not await one.take(BATCH, 1)
    assert not await three.take(BATCH, 1)
    two.wait_no_more(LIVE)
    await told(two)
    assert await three.take(BATCH, 1)


async def test_who_holds_more_gives_way_to_who_waits(tables):
    one, two, _ = tables
    assert [await one.take(LIVE, 2) for _ in range(2)] == [True, True]
    assert not await two.take(LIVE, 2)
    one.give_back(LIVE)
    await told(one)
    assert not await one.take(LIVE, 2)
    assert await two.take(LIVE, 2)
    two.give_back(LIVE)
    await told(two)
    assert await one.take(LIVE, 2)


def calls_of(table: Any) -> list[list[str | int]]:
    """What Redis is told from now on, call by call."""
    calls, call = [], table._call

    async def counted(redis: Redis, told: list[str | int]) -> list[int]:
        calls.append(told)
        got: list[int] = await call(redis, told)
        return got

    table._call = counted
    return calls


async def test_many_who_ask_at_once_share_a_call(tables):
    one, *_ = tables
    calls = calls_of(one)
    taken = await asyncio.gather(*(one.take(LIVE, 5) for _ in range(8)))
    assert sorted(taken) == [False] * 3 + [True] * 5
    assert len(calls) == 1


async def test_slot_serves_again_without_a_call_as_long_as_nobody_comes_first(tables, monkeypatch):
    monkeypatch.setattr(shared, "GO_ON_S", 60)
    monkeypatch.setattr(shared, "TELL_S", 60)
    one, two, _ = tables
    assert await one.take(BATCH, 1)
    calls = calls_of(one)
    for _ in range(3):
        one.give_back(BATCH)
        assert await one.take(BATCH, 1)
    assert calls == []
    assert not await two.take(LIVE, 1)
    await told(one)
    one.give_back(BATCH)
    assert not await one.take(BATCH, 1)
    assert len(calls) == 2
    assert await two.take(LIVE, 1)


async def test_slot_beyond_a_smaller_cap_does_not_serve_again(tables, monkeypatch):
    monkeypatch.setattr(shared, "GO_ON_S", 60)
    one, two, _ = tables
    assert [await table.take(LIVE, 2) for table in (one, two)] == [True, True]
    one.give_back(LIVE)
    assert not await one.take(LIVE, 1)


async def test_slot_of_one_who_no_longer_wants_it_goes_back(tables):
    one, two, _ = tables
    asking = asyncio.create_task(one.take(LIVE, 1))
    while one._telling is None or one._asks:  # noqa: ASYNC110 - until the call is under way
        await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])
    async with asyncio.timeout(5):
        while not await two.take(LIVE, 1):  # noqa: ASYNC110 - until Redis knows
            await asyncio.sleep(shared.TELL_S)


async def test_slot_that_comes_in_the_moment_of_a_cancellation_goes_back(tables):
    one, *_ = tables
    settle = one._settle

    def settle_and_cancel(*args) -> None:
        settle(*args)
        asking.cancel()

    one._settle = settle_and_cancel
    asking = asyncio.create_task(one.take(LIVE, 1))
    await asyncio.wait([asking])
    assert asking.cancelled()
    assert one._held == [0, 0]


async def test_slots_are_kept_by_those_who_live_and_lapse_with_the_others(tables, monkeypatch):
    monkeypatch.setattr(shared, "LEASE_S", 0.3)
    monkeypatch.setattr(shared, "RENEW_S", 0.05)
    one, two, three = tables
    assert await one.take(LIVE, 2)
    assert await two.take(LIVE, 2)
    one._telling.cancel()  # as if it were killed
    held_until = asyncio.get_running_loop().time() + 0.6
    lapsed = 0
    while asyncio.get_running_loop().time() < held_until:
        if await three.take(LIVE, 2):
            lapsed += 1
        await asyncio.sleep(0.02)
    assert lapsed == 1


async def test_table_closes_though_a_call_swallows_its_cancellation(tables, monkeypatch):
    monkeypatch.setattr(shared, "RENEW_S", 0.01)
    one, *_ = tables
    assert await one.take(LIVE, 1)
    call, is_calling = one._call, asyncio.Event()

    async def deaf(redis: Redis, told: list[str | int]) -> list[int]:
        is_calling.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        one._call = call
        return [0, 0, 0, 0]

    one._call = deaf
    await is_calling.wait()
    await asyncio.wait_for(one.close(), 5)


async def test_nothing_is_left_in_redis_when_nothing_is_held(tables):
    one, *_ = tables
    assert await one.take(LIVE, 1)
    assert not await one.take(LIVE, 1)
    one.give_back(LIVE)
    one.wait_no_more(LIVE)
    await asyncio.wait_for(one._telling, 5)
    assert await one._link.do(lambda redis: redis.exists(one._key)) == 0
