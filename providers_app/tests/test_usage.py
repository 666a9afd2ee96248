"""One row for each question, whatever becomes of it."""

import asyncio
import logging
from contextlib import aclosing
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError

from providers_app import gateway, rows, usage
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
from providers_app.definition import Limits, MidwayFailure, Prices
from providers_app.models import UsageRecord
from providers_app.rows import MAX_ROWS
from providers_app.tests.scripted import ScriptedProvider, definition, said
from providers_app.usage import Usage, UsageWriter

DOWN = ProviderError(ErrorReason.UNAVAILABLE, may_pass=True)
CUT = ProviderError(ErrorReason.INTERRUPTED, may_pass=True)
PRICES = Prices(per_million_prompt_tokens=2.0, per_million_completion_tokens=8.0, per_request=0.001, currency="EUR")
ENDED = AnswerEnded("stop", "m-1", {"prompt_tokens": 1_000, "completion_tokens": 500})


def told(row: Usage) -> dict[str, Any]:
    """What a row says, without its times."""
    return {
        "provider": row.provider,
        "model": row.model,
        "outcome": row.outcome,
        "error_reason": row.error_reason,
        "cost": row.cost,
        "attempts": [(attempt["provider"], attempt["reason"]) for attempt in row.attempts],
    }


async def test_answer_is_accounted_for(providers, usage_rows):
    provider = ScriptedProvider([TextDelta("Because."), ENDED])
    providers.have([definition("priced", prices=PRICES)], provider)
    await said(AnswerRequest("why", origin=Origin.API))
    (row,) = usage_rows
    assert told(row) == {
        "provider": "priced",
        "model": "m-1",
        "outcome": "answered",
        "error_reason": "",
        "cost": pytest.approx(0.001 + 0.002 + 0.004),
        "attempts": [("priced", "")],
    }
    assert (row.origin, row.currency, row.prompt_tokens, row.completion_tokens) == ("api", "EUR", 1_000, 500)
    assert 0 < row.first_token_ms <= row.total_ms
    assert row.asked_at.tzinfo is not None


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ([TextDelta("None."), AnswerEnded("not_found")], ("not_known", "", 0.001)),
        ([TextDelta("Be"), AnswerEnded("length")], ("answered", "", 0.001)),
        ([TextDelta("Be"), CUT], ("partial", "interrupted", 0.001)),
        ([DOWN], ("failed", "unavailable", 0)),
    ],
)
async def test_each_end_has_its_outcome(providers, usage_rows, script, expected):
    providers.have([definition("only", prices=PRICES)], ScriptedProvider(script))
    await said()
    (row,) = usage_rows
    assert (row.outcome, row.error_reason, row.cost) == expected
    assert (row.first_token_ms is None) is (row.outcome == "failed")


async def test_question_that_nobody_waits_for_is_cancelled(scripted, gate, usage_rows):
    async with aclosing(gateway.ask(AnswerRequest("why"))) as events:
        await anext(events)
        await anext(events)
    (row,) = usage_rows
    assert (row.outcome, row.error_reason, row.attempts[0]["reason"]) == ("cancelled", "", "cancelled")


async def test_caller_that_stops_at_the_end_has_its_answer(scripted, usage_rows):
    async with aclosing(gateway.ask(AnswerRequest("why"))) as events:
        async for event in events:
            if isinstance(event, AnswerEnded):
                break
    (row,) = usage_rows
    assert (row.outcome, row.attempts[0]["reason"]) == ("answered", "")


async def test_whatever_a_vendor_counts_fits_into_the_row(scripted, usage_rows):
    counted = {"prompt_tokens": 10**30, "completion_tokens": -1}
    scripted.script = [TextDelta("Because."), AnswerEnded("stop", "m" * 1_000, counted)]
    await said()
    UsageRecord(**asdict(usage_rows[0])).full_clean(exclude=["currency"])
    assert (usage_rows[0].prompt_tokens, usage_rows[0].completion_tokens) == (2**31 - 1, 0)


async def test_attempts_and_the_one_who_answered_are_told(providers, pauses, usage_rows):
    twice = Limits(max_attempts=2)
    broken = definition("broken", limits=twice, on_midway_failure=MidwayFailure.RESTART)
    provider = ScriptedProvider(first=[[DOWN], [TextDelta("Be"), CUT]])
    providers.have([broken, definition("second")], provider, ScriptedProvider())
    await said()
    (row,) = usage_rows
    assert told(row) == {
        "provider": "second",
        "model": "",
        "outcome": "answered",
        "error_reason": "",
        "cost": 0,
        "attempts": [("broken", "unavailable"), ("broken", "interrupted"), ("second", "")],
    }


async def test_question_that_nobody_could_be_asked_is_a_failure(providers, usage_rows):
    await said()
    (row,) = usage_rows
    assert (row.provider, row.outcome, row.error_reason) == ("", "failed", "not_configured")


async def test_error_of_our_own_is_a_failure_too(scripted, usage_rows):
    scripted.script = None
    with pytest.raises(TypeError):
        await said()
    (row,) = usage_rows
    assert (row.outcome, row.error_reason) == ("failed", "internal")


async def test_kept_answer_costs_nothing(providers, usage_rows):
    found = definition("kept", limits=Limits(cache_s=60), prices=PRICES)
    providers.have([found], ScriptedProvider([TextDelta("Because."), ENDED]))
    await said()
    assert (await said())[0][0] == ProviderChosen("kept", is_cached=True)
    row = usage_rows[1]
    assert (row.is_cached, row.cost, row.prompt_tokens, row.model, row.attempts) == (True, 0, 0, "m-1", [])


async def test_resting_and_pinned_providers_are_among_the_attempts(providers, usage_rows):
    providers.have([definition("only")], ScriptedProvider([DOWN]))
    for _ in range(6):
        await said(dialogue=Dialogue(provider="only"))
    row = usage_rows[-1]
    assert (row.provider, row.error_reason, row.attempts[0]["reason"]) == ("only", "resting", "resting")


# --- writing --------------------------------------------------------------------------------------------------------


def a_row() -> Usage:
    return Usage(asked_at=datetime.now(UTC), origin="socket", outcome="answered", total_ms=1.0)


def test_usage_has_the_fields_of_its_record():
    assert {field.name for field in fields(Usage)} == {field.name for field in rows.written_fields(UsageRecord)}


@pytest.fixture
def written(monkeypatch) -> list[int | str]:
    """How many rows were written in each batch; none are while "away" is among them."""
    batches: list[int | str] = []

    def insert(model, prepared):
        if "away" in batches:
            raise DatabaseError("somebody's name")
        batches.append(len(list(prepared)))

    monkeypatch.setattr(rows, "insert", insert)
    return batches


@pytest.mark.django_db(transaction=True)
async def test_rows_are_in_the_database_after_closing(scripted):
    await said()
    await said()
    await gateway.close()
    assert await UsageRecord.objects.acount() == 2
    assert {row.provider async for row in UsageRecord.objects.all()} == {"scripted"}


async def test_rows_are_written_together_in_a_moment(written, monkeypatch):
    monkeypatch.setattr(usage, "DELAY_S", 0.01)
    writer = UsageWriter()
    for _ in range(MAX_ROWS + 1):
        writer.put(a_row())
    assert written == []
    async with asyncio.timeout(5):
        while len(written) < 2:  # noqa: ASYNC110 - another thread writes
            await asyncio.sleep(0.005)
    assert written == [MAX_ROWS, 1]
    await writer.close()


async def test_oldest_rows_go_where_too_many_wait(written, caplog):
    writer = UsageWriter(max_rows=2)
    for _ in range(5):
        writer.put(a_row())
    with caplog.at_level(logging.WARNING, "providers_app.usage"):
        await writer.close()
    assert written == [2]
    assert caplog.messages == ["The usage of 3 questions was lost: at most 2 may wait"]


async def test_lost_rows_are_counted_and_nothing_else_is_told(written, caplog):
    written.append("away")
    writer = UsageWriter()
    writer.put(a_row())
    with caplog.at_level(logging.WARNING, "providers_app.usage"):
        await writer.close()
    assert caplog.messages == ["The usage of 1 questions was lost: DatabaseError"]
    written.clear()
    writer.put(a_row())
    await writer.close()
    assert written == [1]


def test_rows_of_a_loop_that_ended_are_written_by_the_next(written):
    writer = UsageWriter()

    async def put() -> None:
        writer.put(a_row())

    asyncio.run(put())
    asyncio.run(put())
    asyncio.run(writer.close())
    assert written == [2]
