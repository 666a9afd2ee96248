"""What comes of one question: its answer as live ones have it, a failure, or another try."""

import asyncio
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from batch_app.running import again, answering, runner
from batch_app.running.again import MAX_ATTEMPTS, MAX_DELAYS, rest_s
from batch_app.running.answering import answer
from batch_app.running.asking import Asking
from batch_app.running.claimed import Claimed, Outcome, Work
from batch_app.tests.batches import batch, reason, running, status, until
from providers_app.contract import (
    AnswerEnded,
    ErrorReason,
    Noticed,
    ProviderError,
    QuestionsSuggested,
    SourcesFound,
    TextDelta,
)
from providers_app.definition import MidwayFailure
from providers_app.tests.scripted import SOURCES, ScriptedProvider, definition

TASK = uuid.uuid4()
BUSY = ProviderError(ErrorReason.UNAVAILABLE, may_pass=True)
WRONG = ProviderError(ErrorReason.REJECTED, may_pass=False)
RESTING = ProviderError(ErrorReason.RESTING, may_pass=True)
OVERLOADED = ProviderError(ErrorReason.OVERLOADED, may_pass=True)


async def outcome_of(attempts: int = 0, delays: int = 0, provider: str = "") -> Outcome:
    return await answer(Claimed(1, TASK, "Why?", attempts, delays), Work(TASK, provider, None, 1))


async def test_answer_has_what_live_answers_have(scripted):
    scripted.script = [
        SourcesFound(SOURCES),
        TextDelta("Press "),
        Noticed("from memory"),
        TextDelta("it."),
        QuestionsSuggested(("How?",)),
        AnswerEnded("length", "m1", {"total_tokens": 7}),
    ]
    began = timezone.now()
    outcome = await outcome_of(attempts=1, delays=3)
    assert (outcome.status, outcome.attempts, outcome.delays, outcome.error) == ("completed", 2, 3, None)
    assert (outcome.result, outcome.sources, outcome.usage) == ("Press it.", SOURCES, {"total_tokens": 7})
    latency = outcome.metadata.pop("latency_ms")
    assert 0 < latency["first_token"] <= latency["total"]
    assert outcome.metadata == {
        "provider": "scripted",
        "model": "m1",
        "cached": False,
        "finish_reason": "length",
        "suggested_questions": ["How?"],
        "notes": ["from memory"],
    }
    assert outcome.started_at
    assert began <= outcome.started_at <= outcome.at


async def test_failure_midway_keeps_what_was_said(scripted):
    scripted.script = [SourcesFound(SOURCES), TextDelta("Press "), WRONG]
    outcome = await outcome_of()
    assert (outcome.status, outcome.result, outcome.sources) == ("failed", "Press ", SOURCES)
    assert outcome.error == {
        "code": "RAG_ERROR",
        "message": "No provider could answer the question.",
        "reason": "rejected",
    }
    assert outcome.metadata["provider"] == "scripted"


async def test_answer_that_began_anew_holds_nothing_of_the_one_before(providers):
    first = ScriptedProvider([SourcesFound(SOURCES), TextDelta("Press "), BUSY])
    second = ScriptedProvider([TextDelta("Turn."), AnswerEnded()])
    providers.have([definition("first", on_midway_failure=MidwayFailure.RESTART), definition("second")], first, second)
    outcome = await outcome_of()
    assert (outcome.result, outcome.sources, outcome.metadata["provider"]) == ("Turn.", (), "second")


async def test_provider_that_is_gone_is_a_failure(scripted):
    outcome = await outcome_of(provider="gone")
    assert (outcome.status, reason(outcome)) == ("failed", "not_configured")


async def test_question_that_cannot_even_be_looked_at_is_a_failure(scripted, monkeypatch):
    monkeypatch.setattr(answering, "language_of", lambda _: 1 / 0)
    outcome = await outcome_of()
    assert (outcome.status, reason(outcome)) == ("failed", "internal")


async def test_who_asks_no_more_stops_the_provider(scripted, gate):
    asking = asyncio.create_task(outcome_of())
    await scripted.asked(1)
    asking.cancel()
    await asyncio.wait([asking])
    assert asking.cancelled()
    assert scripted.stopped == ["Why?"]


@pytest.mark.parametrize(
    ("error", "attempts", "is_failed"),
    [(WRONG, 0, True), (BUSY, 0, False), (BUSY, MAX_ATTEMPTS - 2, False), (BUSY, MAX_ATTEMPTS - 1, True)],
)
async def test_question_is_asked_again_where_that_may_help(scripted, error, attempts, is_failed):
    scripted.script = [error]
    outcome = await outcome_of(attempts=attempts, delays=2)
    assert outcome.status == ("failed" if is_failed else "pending")
    assert (outcome.attempts, outcome.delays, outcome.is_task_resting) == (attempts + 1, 2, False)
    assert (outcome.started_at is None) == (outcome.result == "" and not is_failed)
    assert reason(outcome) == error.reason


@pytest.mark.parametrize(
    ("error", "delays", "is_failed"),
    [
        (RESTING, 0, False),
        (RESTING, MAX_DELAYS - 1, False),
        (RESTING, MAX_DELAYS, True),
        (OVERLOADED, MAX_DELAYS, False),
    ],
)
async def test_nobody_to_ask_costs_no_attempt(scripted, error, delays, is_failed):
    scripted.script = [error]
    outcome = await outcome_of(delays=delays)
    assert outcome.status == ("failed" if is_failed else "pending")
    assert outcome.is_task_resting is not is_failed
    if not is_failed:
        assert (outcome.attempts, outcome.delays) == (0, delays + (error is RESTING))


def waits(error: ProviderError, attempts: int = 0, delays: int = 0) -> float:
    later = again.postponed(error, attempts, delays)
    assert later
    return later.pause_s


def test_pauses_grow_and_are_never_the_same():
    pauses = [[waits(BUSY, attempts) for attempts in (0, 1)] for _ in range(20)]
    assert all(2 <= first <= 3 and 10 <= second <= 15 for first, second in pauses)
    assert len({first for first, _ in pauses}) > 1
    assert [rest_s(times) for times in (1, 2, 3, 5, 6, 10**6)] == [1, 2, 4, 16, 20, 20]
    assert 20 <= waits(RESTING, delays=50) <= 30


@pytest.mark.parametrize(("asked_for", "least", "most"), [(60, 60, 60), (1, 2, 3), (10**9, 3_600, 3_600)])
def test_pause_is_as_long_as_the_provider_asks_for_within_bounds(asked_for, least, most):
    error = ProviderError(ErrorReason.RATE_LIMITED, may_pass=True, retry_after_s=asked_for)
    assert least <= waits(error) <= most


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rings", "hurry")
async def test_questions_that_fail_are_asked_again_and_the_others_go_on(scripted):
    scripted.first = [[BUSY], [BUSY], [TextDelta("Press "), WRONG]]
    task = await batch(*["pending"] * 2, status="pending", concurrency=1)
    async with running():
        first, second = await until(task, lambda found: all(item.ended_at for item in found))
    assert len(scripted.requests) == first.attempts + second.attempts
    assert sorted([first.status, second.status]) == ["completed", "failed"]
    failed = first if first.status == "failed" else second
    assert (failed.result, reason(failed)) == ("Press ", "rejected")
    assert await status(task) == "completed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rings", "hurry")
async def test_task_rests_while_nobody_can_be_asked(scripted, monkeypatch):
    """Only one question finds that out; the others are given back at once, and none has lost an attempt."""
    monkeypatch.setattr(again, "FIRST_REST_S", 60.0)
    monkeypatch.setattr(again, "LONGEST_REST_S", 60.0)
    monkeypatch.setattr(Asking, "ahead", lambda *_: 1)
    gate = asyncio.Event()
    scripted.script = [gate, RESTING]
    task = await batch(*["pending"] * 5, status="pending", concurrency=1)
    async with running():
        await until(task, lambda found: [item.status for item in found[:3]] == ["running", "running", "pending"])
        gate.set()
        found = await until(task, lambda found: all(item.status == "pending" for item in found))
        await asyncio.sleep(3 * runner.CONTROL_S)
        assert len(scripted.requests) == 1
    assert [item.delays for item in found] == [1, 0, 0, 0, 0]
    assert {(item.status, item.attempts) for item in found} == {("pending", 0)}
    assert found[0].due_at > timezone.now() + timedelta(seconds=50)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rings", "hurry")
async def test_task_goes_on_when_somebody_can_be_asked_again(scripted):
    scripted.first = [[RESTING], [OVERLOADED], [RESTING]]
    task = await batch(*["pending"] * 4, status="pending", concurrency=2)
    async with running():
        found = await until(task, lambda found: all(item.ended_at for item in found))
    assert [(item.status, item.attempts, item.error) for item in found] == [("completed", 1, None)] * 4
    assert sum(item.delays for item in found) == 2
    assert len(scripted.requests) == 7
