"""The cap over several processes."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from providers_app.contract import Origin, ProviderError
from providers_app.definition import Definition, Limits
from providers_app.gateway.slots import shared, slot, waiting
from providers_app.gateway.slots.machine import MachineTable
from providers_app.gateway.slots.policy import Kind, Row
from providers_app.store import Store
from providers_app.tests.forked import PATIENCE_S, Log, Processes, closing, forking
from providers_app.tests.scripted import definition

LIVE, BATCH = Origin.SOCKET, Origin.BATCH


@pytest.fixture(params=["machine", "redis", "both"])
async def processes(request, settings, tmp_path, monkeypatch) -> AsyncIterator[Processes]:
    """Their slots are counted in files, or in Redis alone, or in both, where nothing lapses within a test."""
    settings.DATA_DIR = tmp_path
    is_apart = request.param == "redis"
    store = Store("" if request.param == "machine" else request.getfixturevalue("redis_url"))
    monkeypatch.setattr(f"{waiting.__name__}.store", store)
    monkeypatch.setattr(shared, "LEASE_S", 1.0 if is_apart else 3 * PATIENCE_S)
    monkeypatch.setattr(shared, "RENEW_S", 0.2)
    processes = Processes(tmp_path, settings, store, is_apart=is_apart)
    pause = waiting.Queue._pause

    async def noted(queue: waiting.Queue, kind: Kind) -> None:
        processes.log.write(f"{kind.name}:waits")
        await pause(queue, kind)

    monkeypatch.setattr(waiting.Queue, "_pause", noted)
    yield processes
    processes.end()
    await waiting.close_queues()
    await store.close()


def capped(cap: int) -> Definition:
    return definition(f"capped-{uuid.uuid4().hex}", limits=Limits(max_concurrent=cap))


async def hold(found: Definition, origin: Origin, log: Log, gate: Any = None, name: str = "") -> None:
    """Have a slot until the gate is opened, or for a moment where there is none."""
    name = name or origin
    async with slot(found, soon(PATIENCE_S), origin):
        log.write(f"{name}:in")
        if gate is None:
            await asyncio.sleep(0.006)
        while gate is not None and not gate.is_set():  # noqa: ASYNC110 - by another process
            await asyncio.sleep(0.002)
        log.write(f"{name}:out")


def soon(patience_s: float = 0.05) -> float:
    return asyncio.get_running_loop().time() + patience_s


async def is_refused(found: Definition) -> bool:
    """Whether a live question gets no slot within a moment."""
    with suppress(ProviderError):
        async with slot(found, soon(), LIVE):
            return False
    return True


async def many(found: Definition, log: Log) -> None:
    async with asyncio.TaskGroup() as questions:
        for number in range(40):
            questions.create_task(hold(found, BATCH if number % 2 else LIVE, log))


async def test_processes_never_exceed_the_cap_and_use_all_of_it(processes, monkeypatch):
    others = MachineTable._others

    def slowly(table: MachineTable) -> dict[int, Row]:
        found = others(table)
        time.sleep(0.001)  # so that others would come in between if they could
        return found

    monkeypatch.setattr(MachineTable, "_others", slowly)
    found = capped(4)
    for _ in range(3):
        processes.start(lambda: many(found, processes.log))
    await processes.ended()
    assert (processes.log.most(LIVE, BATCH), processes.log.most(BATCH)) == (4, 3)


async def test_live_question_goes_before_one_of_a_batch_that_waited_longer(processes):
    found, gate, log = capped(1), forking.Event(), processes.log
    processes.start(lambda: hold(found, BATCH, log, gate, "first"))
    await log.has("first:in")
    processes.start(lambda: hold(found, BATCH, log, name="second"))
    await log.has("BATCH:waits")
    processes.start(lambda: hold(found, LIVE, log, name="live"))
    await log.has("LIVE:waits")
    gate.set()
    await processes.ended()
    assert [word for word in log.words() if word.endswith(":in")] == ["first:in", "live:in", "second:in"]


async def test_slots_of_a_killed_process_are_free_again(processes):
    found, log = capped(1), processes.log
    assert not await is_refused(found)  # so this process is known before the other one is forked
    holder = processes.start(lambda: hold(found, LIVE, log, forking.Event(), "killed"))
    await log.has("killed:in")
    assert await is_refused(found)
    holder.kill()
    async with slot(found, soon(PATIENCE_S), LIVE):
        assert "killed:out" not in log.words()


@pytest.mark.parametrize("processes", ["both"], indirect=True)
async def test_slot_of_a_killed_process_is_free_again_where_other_machines_hold_the_rest(processes):
    found, log, gate = capped(2), processes.log, forking.Event()
    processes.start(lambda: hold(found, LIVE, log, gate, "elsewhere"), is_apart=True)
    holder = processes.start(lambda: hold(found, LIVE, log, gate, "killed"))
    await log.has("elsewhere:in", "killed:in")
    assert await is_refused(found)
    holder.kill()
    async with slot(found, soon(PATIENCE_S), LIVE):
        assert await is_refused(found)


async def test_killed_live_question_that_waited_holds_up_no_batch(processes):
    found, gate, log = capped(1), forking.Event(), processes.log
    processes.start(lambda: hold(found, BATCH, log, gate, "first"))
    await log.has("first:in")
    killed = processes.start(lambda: hold(found, LIVE, log, name="killed"))
    await log.has("LIVE:waits")
    killed.kill()
    gate.set()
    async with slot(found, soon(PATIENCE_S), BATCH):
        assert "killed:in" not in log.words()


async def test_cap_follows_the_operator_in_every_process(processes):
    found, log = capped(2), processes.log
    smaller = replace(found, limits=replace(found.limits, max_concurrent=1))
    gates = [forking.Event(), forking.Event()]
    for number, gate in enumerate(gates):
        processes.start(lambda gate=gate, name=str(number): hold(found, LIVE, log, gate, name))
    await log.has("0:in", "1:in")
    gates[0].set()
    await log.has("0:out")
    assert await is_refused(smaller)
    async with slot(found, soon(PATIENCE_S), LIVE):
        pass
    gates[1].set()
    async with slot(smaller, soon(PATIENCE_S), LIVE):
        assert "1:out" in log.words()


async def test_event_loops_of_one_process_share_the_cap(processes):
    found = capped(1)
    async with slot(found, soon(), LIVE):
        assert await asyncio.to_thread(asyncio.run, closing(is_refused(found), processes.store))
    assert not await asyncio.to_thread(asyncio.run, closing(is_refused(found), processes.store))


@pytest.fixture
async def away(door, settings, tmp_path, monkeypatch):
    """A way to Redis that can be shut."""
    settings.DATA_DIR = tmp_path
    store = Store(door.url)
    monkeypatch.setattr(f"{waiting.__name__}.store", store)
    yield door
    await waiting.close_queues()
    await store.close()


async def test_cap_holds_on_the_machine_while_redis_is_away(away, caplog):
    found = capped(1)
    with caplog.at_level(logging.INFO, "providers_app"):
        async with slot(found, soon(), LIVE):
            await away.shut()
            assert await is_refused(found)
        async with slot(found, soon(), LIVE):
            assert await is_refused(found)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_cap_holds_in_the_process_where_the_folder_cannot_be_used(settings, tmp_path, caplog):
    (tmp_path / "slots").touch()
    settings.DATA_DIR, found = tmp_path, capped(1)
    async with slot(found, soon(), LIVE):
        assert await is_refused(found)
    assert not await is_refused(found)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_file_of_a_release_with_other_rows_is_left_alone(settings, tmp_path):
    """While servers are replaced one after another, both count; neither may take the other's rows for its own."""
    settings.DATA_DIR, found = tmp_path, capped(1)
    (tmp_path / "slots").mkdir()
    others = tmp_path / "slots" / found.name
    others.write_bytes(rows := b"\x01" * 24 * 5)
    async with slot(found, soon(), LIVE):
        assert await is_refused(found)
    assert others.read_bytes() == rows
