"""How many questions a provider is asked at once."""

import asyncio

import pytest

from providers_app.contract import AnswerEnded, ProviderChosen, TextDelta
from providers_app.definition import Limits
from providers_app.gateway.slots import waiting
from providers_app.tests.scripted import ScriptedProvider, Step, definition, said

ONE = Limits(max_concurrent=1, max_attempts=1)
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
