"""Runs whose database fails, and questions that go wrong in ways that nobody foresaw."""

import asyncio
import logging
import threading
from unittest.mock import Mock

import pytest
from django.db import InterfaceError, OperationalError

from batch_app.running import answering, runner
from batch_app.running.turn import take_turn
from batch_app.tests.batches import batch, items, run_until_idle, status
from providers_app import gateway
from providers_app.contract import ErrorReason, ProviderError, TextDelta
from rtrag_site.logs import DiscreetFormatter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rings", "hurry")]


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_database_that_fails_now_and_then_loses_nothing(crowd, monkeypatch, error, moment):
    """Before its commit or after it: then nobody hears what the turn has done."""
    calls = iter(range(10_000))

    def fail(run, wish):
        is_failing = next(calls) % 3 != 1
        if is_failing and moment == "before":
            raise error
        given = take_turn(run, wish)
        if is_failing:
            raise error
        return given

    monkeypatch.setattr(runner, "take_turn", fail)
    monkeypatch.setattr(runner, "IDLE_S", 1)  # a machine that is busy must not seem to have nothing to do
    task = await batch(*["pending"] * 20, status="pending", concurrency=4)
    await run_until_idle()
    assert {item.status for item in await items(task)} == {"completed"}
    assert crowd.asked_once(task)
    assert await status(task) == "completed"


async def test_database_that_is_away_for_long_ends_no_run_that_has_questions(scripted, gate, monkeypatch):
    task = await batch("pending", status="pending")
    is_away, failures = threading.Event(), []

    def fail(run, wish):
        if is_away.is_set():
            failures.append(wish)
            raise OperationalError
        return take_turn(run, wish)

    monkeypatch.setattr(runner, "take_turn", fail)
    work = asyncio.create_task(run_until_idle())
    await scripted.asked(1)
    is_away.set()
    gate.set()
    await asyncio.sleep(2 * runner.IDLE_S)
    assert failures
    assert not work.done()
    is_away.clear()
    await work
    assert [item.status for item in await items(task)] == ["completed"]
    assert len(scripted.requests) == 1


async def test_what_goes_wrong_unforeseen_fails_one_question_alone(scripted, monkeypatch, caplog):
    def fail(request, dialogue=None):
        if request.question == "What is 1?":
            raise ZeroDivisionError
        return gateway.ask(request, dialogue)

    monkeypatch.setattr(answering, "gateway", Mock(ask=fail))
    task = await batch(*["pending"] * 3, status="pending")
    await run_until_idle()
    found = await items(task)
    assert [item.status for item in found] == ["completed", "failed", "completed"]
    error = found[1].error
    assert error
    assert error["code"] == "SERVER_ERROR"
    assert error["error_id"] in caplog.text
    assert "ZeroDivision" not in str(error)


async def test_log_holds_no_question_and_no_answer(scripted, monkeypatch, caplog):
    def fail(request, dialogue=None):
        raise ValueError(request.question)

    scripted.first = [[TextDelta("Because."), ProviderError(ErrorReason.MALFORMED, may_pass=False)]]
    task = await batch("pending", "pending")
    with caplog.at_level(logging.DEBUG):
        await run_until_idle()
        await batch("pending")
        monkeypatch.setattr(answering, "gateway", Mock(ask=fail))
        await run_until_idle()
    assert {item.result for item in await items(task)} == {"Because."}
    lines = [DiscreetFormatter().format(record) for record in caplog.records]
    assert any("error_id" in line for line in lines)
    assert not [line for line in lines if "What is" in line or "Because" in line]
