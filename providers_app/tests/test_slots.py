"""How many questions a provider is asked at once."""

import asyncio

import pytest

from providers_app.contract import AnswerEnded, AnswerRequest, Origin, ProviderChosen, TextDelta
from providers_app.definition import Limits
from providers_app.gateway.slots import waiting
from providers_app.tests.scripted import ScriptedProvider, Step, definition, said

ONE = Limits(max_concurrent=1, max_attempts=1)
OF_BATCH = AnswerRequest("why", origin=Origin.BATCH)
ANSWER: list[Step] = [TextDelta("Because."), AnswerEnded()]


@pytest.fixture
def busy(providers) -> ScriptedProvider:
    """A provider that takes one question at a time, and lets each wait for its gate."""
    provider = ScriptedProvider()
    providers.have([definition("busy", limits=ONE)], provider)
    return provider


def gated(provider: ScriptedProvider, number: int) -> list[asyncio.Event]:
    gates = [asyncio.Event() for _ in range(number)]
    provider.first = [[gate, *ANSWER] for gate in gates]
    return gates


async def test_questions_take_turns_in_their_order(busy):
    gates = gated(busy, 3)
    done: list[int] = []

    async def ask(number: int) -> None:
        assert (await said())[1] is None
        done.append(number)

    async with asyncio.TaskGroup() as tasks:
        for number in range(3):
            tasks.create_task(ask(number))
        for number, gate in enumerate(gates, start=1):
            await busy.asked(number)
            assert len(busy.requests) == number
            gate.set()
    assert done == [0, 1, 2]


async def test_wait_is_bounded_and_the_next_provider_answers(providers, busy, monkeypatch):
    monkeypatch.setattr(waiting, "MAX_WAIT_S", 0.01)
    providers.have([definition("busy", limits=ONE), definition("free")], busy, ScriptedProvider())
    (gate,) = gated(busy, 1)
    first = asyncio.create_task(said())
    await busy.asked(1)
    assert await said() == ([ProviderChosen("free"), *ANSWER], None)
    gate.set()
    assert (await first)[0] == [ProviderChosen("busy"), *ANSWER]


async def test_number_of_those_who_wait_is_bounded(busy, monkeypatch):
    monkeypatch.setattr(waiting, "MAX_WAITING", 0)
    (gate,) = gated(busy, 1)
    first = asyncio.create_task(said())
    await busy.asked(1)
    events, error = await said()
    assert (events, error.reason, error.may_pass) == ([], "overloaded", True)
    gate.set()
    assert (await first)[1] is None


async def test_slot_is_free_again_after_a_failure_a_cancellation_and_a_given_up_wait(busy):
    gate, second = gated(busy, 2)
    first = asyncio.create_task(said())
    await busy.asked(1)
    patient = asyncio.create_task(said())
    given_up = asyncio.create_task(said())
    await asyncio.sleep(0)
    given_up.cancel()
    first.cancel()
    await busy.asked(2)
    second.set()
    assert (await patient)[1] is None
    assert (await said())[1] is None
    assert not gate.is_set()
    assert given_up.cancelled() or given_up.done()


async def test_operator_s_new_limit_holds_at_once(providers, busy):
    gates = gated(busy, 2)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(said())
        await busy.asked(1)
        two = Limits(max_concurrent=2, max_attempts=1)
        providers.have([definition("busy", limits=two, version=1)], busy)
        tasks.create_task(said())
        await busy.asked(2)
        for gate in gates:
            gate.set()


async def test_live_question_finds_a_slot_while_a_batch_has_all_that_it_may_have(providers, busy):
    providers.have([definition("busy", limits=Limits(max_concurrent=4, max_attempts=1))], busy)
    gates = gated(busy, 5)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(said(OF_BATCH))
        await busy.asked(3)
        tasks.create_task(said())
        await busy.asked(4)
        assert [request.origin for request in busy.requests] == ["batch", "batch", "batch", "socket"]
        for gate in gates:
            gate.set()


async def test_batch_waits_longer_than_people_do_and_takes_none_of_their_room(busy, monkeypatch):
    monkeypatch.setattr(waiting, "MAX_WAIT_S", 0.01)
    monkeypatch.setattr(waiting, "MAX_WAITING", 1)
    (gate,) = gated(busy, 1)
    first = asyncio.create_task(said())
    await busy.asked(1)
    of_batch = [asyncio.create_task(said(OF_BATCH)) for _ in range(3)]
    await asyncio.sleep(0)
    assert (await said())[1].reason == "overloaded"
    gate.set()
    assert [error for _, error in await asyncio.gather(first, *of_batch)] == [None] * 4


async def test_provider_has_its_full_time_for_a_batch_that_waited(providers, busy):
    """Else a full queue would look like a provider that is too slow, and the breaker would open."""
    limits = Limits(max_concurrent=1, max_attempts=1, first_token_timeout_s=0.8, total_timeout_s=5)
    providers.have([definition("busy", limits=limits)], busy)
    gate, second = gated(busy, 2)
    loop = asyncio.get_running_loop()
    first = asyncio.create_task(said())
    await busy.asked(1)
    of_batch = asyncio.create_task(said(OF_BATCH))
    loop.call_later(0.5, gate.set)
    await busy.asked(2)
    loop.call_later(0.5, second.set)
    assert (await first)[1] is None
    assert (await of_batch)[1] is None
