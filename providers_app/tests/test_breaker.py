"""The breaker: when a provider rests, who tries it again, and what all processes know of it."""

import asyncio
import uuid
from contextlib import aclosing

import pytest

from providers_app import gateway
from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    Dialogue,
    ErrorReason,
    Origin,
    ProviderChosen,
    ProviderError,
    TextDelta,
)
from providers_app.definition import Definition
from providers_app.gateway.breaker import FRESH_S, MAX_FAILURES, REST_S, Breaker
from providers_app.store import Store
from providers_app.tests.scripted import Clock, ScriptedProvider, Step, definition, said

DOWN = ProviderError(ErrorReason.UNAVAILABLE, may_pass=True)
OF_BATCH = AnswerRequest("why", origin=Origin.BATCH)
ANSWER: list[Step] = [TextDelta("Because."), AnswerEnded()]


@pytest.fixture
def failing(providers, clock) -> ScriptedProvider:
    """A provider that has failed so often that it rests; it would answer again."""
    provider = ScriptedProvider(first=[[DOWN]] * MAX_FAILURES)
    providers.have([definition("only")], provider)
    return provider


async def fail(times: int = MAX_FAILURES) -> None:
    for _ in range(times):
        assert (await said())[1] is DOWN


async def outcome(breaker: Breaker, found: Definition, error: BaseException | None = None) -> str:
    """What comes of an exchange with the provider."""
    try:
        async with breaker.guard(found):
            if error:
                raise error
    except ProviderError as caught:
        return caught.reason
    return "ok"


async def test_provider_that_keeps_failing_is_left_alone(failing):
    await fail()
    events, error = await said()
    assert (events, error.reason, error.may_pass) == ([], "resting", True)
    assert len(failing.requests) == MAX_FAILURES


async def test_next_provider_answers_while_one_rests(providers, failing):
    providers.have([definition("only"), definition("other")], failing, ScriptedProvider())
    for _ in range(MAX_FAILURES):
        await said()
    assert (await said())[0] == [ProviderChosen("other"), *ANSWER]


async def test_error_that_was_met_is_told_rather_than_the_rest(providers, failing):
    providers.have([definition("only"), definition("other")], failing, ScriptedProvider([DOWN]))
    for _ in range(MAX_FAILURES - 1):
        await said()
    providers.have([definition("only")])
    await fail(1)
    providers.have([definition("only"), definition("third")], failing, ScriptedProvider([DOWN]))
    assert await said() == ([ProviderChosen("third")], DOWN)


async def test_answer_ends_a_row_of_failures(failing):
    failing.first.insert(MAX_FAILURES - 1, ANSWER)
    failing.first.extend([[DOWN]] * (MAX_FAILURES - 2))
    await fail(MAX_FAILURES - 1)
    await said()
    await fail(MAX_FAILURES - 1)
    assert (await said())[1] is None


@pytest.mark.parametrize("reason", ["too_long", "blocked", "rejected", "overloaded"])
async def test_errors_of_the_question_do_not_count(failing, reason):
    failing.first = [[ProviderError(ErrorReason(reason), may_pass=False)]] * MAX_FAILURES
    for _ in range(MAX_FAILURES):
        await said()
    assert (await said())[1] is None


async def test_interrupted_questions_do_not_count(failing):
    failing.first = [[TextDelta("Be"), asyncio.Event()]] * MAX_FAILURES
    for _ in range(MAX_FAILURES):
        async with aclosing(gateway.ask(AnswerRequest("why"))) as events:
            assert [await anext(events), await anext(events)] == [ProviderChosen("only"), TextDelta("Be")]
    assert (await said())[1] is None


async def test_change_of_the_provider_begins_anew(providers, failing):
    await fail()
    providers.have([definition("only", version=1)], failing)
    assert (await said())[1] is None


async def test_test_of_an_operator_asks_a_resting_provider_and_ends_its_rest(failing):
    await fail()
    assert (await said(AnswerRequest("why", origin=Origin.TEST), Dialogue(provider="only")))[1] is None
    assert (await said())[1] is None


async def test_after_the_rest_one_question_tries(failing, clock):
    await fail()
    clock.now += REST_S + FRESH_S
    failing.first = [[gate := asyncio.Event(), *ANSWER]]
    probe = asyncio.create_task(said())
    await failing.asked(MAX_FAILURES + 1)
    assert (await said())[1].reason == "resting"
    gate.set()
    assert await probe == ([ProviderChosen("only"), *ANSWER], None)
    assert (await said())[1] is None


async def test_failed_try_means_another_rest(failing, clock):
    await fail()
    clock.now += REST_S + FRESH_S
    failing.first = [[DOWN]]
    await fail(1)
    assert (await said())[1].reason == "resting"
    clock.now += REST_S + FRESH_S
    assert (await said())[1] is None


@pytest.mark.parametrize("is_blocked", [True, False])
async def test_try_that_says_nothing_leaves_it_to_the_next(failing, clock, is_blocked):
    """The one was blocked for what it asked, or its speaker hung up."""
    await fail()
    clock.now += REST_S + FRESH_S
    failing.first = [[TextDelta("Be"), ProviderError(ErrorReason.BLOCKED, may_pass=False)]]
    async with aclosing(gateway.ask(AnswerRequest("why"))) as events:
        assert [await anext(events), await anext(events)] == [ProviderChosen("only"), TextDelta("Be")]
        if is_blocked:
            with pytest.raises(ProviderError):
                await anext(events)
    assert (await said())[1] is None


async def test_batch_that_tries_keeps_no_live_question_from_trying(failing, clock):
    await fail()
    clock.now += REST_S + FRESH_S
    failing.first = [[gate := asyncio.Event(), *ANSWER]]
    probe = asyncio.create_task(said(OF_BATCH))
    await failing.asked(MAX_FAILURES + 1)
    assert (await said(OF_BATCH))[1].reason == "resting"
    assert (await said())[1] is None
    gate.set()
    assert (await probe)[1] is None
    assert (await said(OF_BATCH))[1] is None


async def test_batch_that_tries_and_says_nothing_leaves_it_to_the_next(failing, clock):
    await fail()
    clock.now += REST_S + FRESH_S
    failing.first = [[ProviderError(ErrorReason.RATE_LIMITED, may_pass=True)]]
    assert (await said(OF_BATCH))[1].reason == "rate_limited"
    assert (await said(OF_BATCH))[1] is None


@pytest.mark.parametrize(("origin", "reason"), [(Origin.BATCH, None), (Origin.SOCKET, "resting")])
async def test_batch_that_asks_too_fast_has_no_live_question_refused(failing, origin, reason):
    failing.first = [[ProviderError(ErrorReason.RATE_LIMITED, may_pass=True)]] * MAX_FAILURES
    for _ in range(MAX_FAILURES):
        await said(AnswerRequest("why", origin=origin))
    error = (await said())[1]
    assert (error and error.reason) == reason


async def test_provider_that_is_down_for_a_batch_is_down_for_all(failing):
    for _ in range(MAX_FAILURES):
        await said(OF_BATCH)
    assert (await said())[1].reason == "resting"


# --- two processes --------------------------------------------------------------------------------------------------


@pytest.fixture
async def processes(redis_url):
    """The breakers of two processes, and the clock by which they go."""
    clock = Clock()
    stores = [Store(redis_url, clock), Store(redis_url, clock)]
    yield *(Breaker(store, clock) for store in stores), clock
    for store in stores:
        await store.close()


async def test_processes_share_failures_and_tries(processes):
    one, other, clock = processes
    found = definition(f"shared-{uuid.uuid4().hex}")
    for _ in range(MAX_FAILURES - 1):
        assert await outcome(one, found, DOWN) == "unavailable"
    assert await outcome(other, found, DOWN) == "unavailable"
    assert await outcome(other, found) == "resting"
    clock.now += FRESH_S
    assert await outcome(one, found) == "resting"
    await end_rest(one, found)
    clock.now += FRESH_S
    async with one.guard(found):
        assert await outcome(other, found) == "resting"
        assert await outcome(one, found) == "resting"
    assert await outcome(one, found) == "ok"
    clock.now += FRESH_S
    assert await outcome(other, found) == "ok"


async def test_failed_try_of_one_process_holds_in_the_other(processes):
    one, other, clock = processes
    found = definition(f"shared-{uuid.uuid4().hex}")
    for _ in range(MAX_FAILURES):
        await outcome(one, found, DOWN)
    await end_rest(one, found)
    clock.now += FRESH_S
    async with one.guard(found):
        assert await outcome(other, found) == "resting"  # and now knows that the provider rests no more
    for _ in range(MAX_FAILURES):
        await outcome(one, found, DOWN)
    assert await outcome(other, found) == "resting"


async def end_rest(breaker: Breaker, found: Definition) -> None:
    """What Redis does when the time has come."""
    await breaker._store.delete(f"breaker:{found.name}:{found.version}:rest")
