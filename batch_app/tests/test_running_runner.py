"""A run and the questions that it asks, from the first turn to the last."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from batch_app import control
from batch_app.models import BatchItem, BatchRun
from batch_app.running import recovery, runner
from batch_app.running.asking import Asking
from batch_app.running.runner import Runner
from batch_app.tests.batches import TIMEOUT_S, batch, in_database, items, run_until_idle, running, status, until
from batch_app.tests.turns import history
from providers_app.contract import (
    Origin,
)
from providers_app.tests.scripted import ScriptedProvider, definition

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rings", "hurry")]
pause, resume, cancel = map(in_database, (control.pause, control.resume, control.cancel))


def waiting(items: list[BatchItem]) -> int:
    return [item.status for item in items].count("pending")


async def test_run_answers_everything_and_ends(crowd):
    tasks = [await batch(*["pending"] * 30, status="pending", concurrency=3) for _ in range(2)]
    await run_until_idle()
    for task in tasks:
        assert {(item.status, item.result, item.attempts, item.claim) for item in await items(task)} == {
            ("completed", "Because.", 1, None)
        }
        assert await in_database(history)(task) == ["pending", "running", "completed"]
    assert len(crowd.requests) == 60


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_no_more_are_asked_at_a_time_than_the_task_says(crowd, concurrency):
    task = await batch(*["pending"] * 40, status="pending", concurrency=concurrency)
    await run_until_idle()
    assert crowd.most == concurrency
    assert crowd.asked_once(task)


async def test_two_runs_share_the_concurrency_and_ask_every_question_once(scripted, gate):
    async with running("a"), running("b"):
        task = await batch(*["pending"] * 20, status="pending", concurrency=5)
        await scripted.asked(5)
        await asyncio.sleep(3 * runner.CONTROL_S)
        assert len(scripted.requests) == 5
        assert len({item.claim for item in await items(task) if item.claim}) == 2
        gate.set()
        await until(task, lambda found: all(item.ended_at for item in found))
    assert len(scripted.requests) == len({request.question for request in scripted.requests}) == 20


async def test_question_goes_to_the_provider_that_the_batch_names_as_it_was_handed_in(providers):
    active, named = ScriptedProvider(), ScriptedProvider()
    providers.have([definition("active"), definition("named")], active, named)
    task = await batch("pending", status="pending", provider="named", search=True)
    await in_database(task.items.update)(text="按哪个按钮?")
    await run_until_idle()
    [request] = named.requests
    assert not active.requests
    assert (request.question, request.language, request.search) == ("按哪个按钮?", "zh", True)
    assert (request.origin, request.context, request.history) == (Origin.BATCH, (), ())
    assert (await items(task))[0].metadata["provider"] == "named"


async def test_pause_lets_what_is_asked_end_and_gives_back_what_waits(scripted, gate):
    task = await batch(*["pending"] * 6, status="pending", concurrency=2)
    async with running():
        await scripted.asked(2)
        await pause(task.pk)
        await until(task, lambda found: waiting(found) == 4)
        gate.set()
        await until(task, lambda found: sum(item.status == "completed" for item in found) == 2)
        await asyncio.sleep(3 * runner.CONTROL_S)
        assert len(scripted.requests) == 2
        await resume(task.pk)
        await until(task, lambda found: all(item.status == "completed" for item in found))
    assert len(scripted.requests) == 6
    assert await in_database(history)(task) == ["pending", "running", "paused", "running", "completed"]


async def test_cancel_stops_what_is_asked_and_nothing_else(scripted, gate):
    task = await batch(*["pending"] * 5, status="pending", concurrency=2)
    other = await batch("pending", status="pending", name="other")
    async with running():
        await scripted.asked(3)
        await cancel(task.pk)
        async with asyncio.timeout(TIMEOUT_S):
            while len(scripted.stopped) < 2:  # noqa: ASYNC110 - the provider tells nobody
                await asyncio.sleep(0.005)
        gate.set()
        await until(other, lambda found: found[0].status == "completed")
    assert {(item.status, item.result) for item in await items(task)} == {("cancelled", "")}
    assert len(scripted.requests) == 3
    assert await status(task) == "cancelled"


async def test_run_that_is_to_stop_gives_everything_back_as_it_got_it(scripted, gate):
    task = await batch(*["pending"] * 4, status="pending", concurrency=2)
    async with running():
        await scripted.asked(2)
    assert {(item.status, item.claim, item.attempts, item.delays) for item in await items(task)} == {
        ("pending", None, 0, 0)
    }
    assert len(scripted.stopped) == 2
    gate.set()
    await run_until_idle()
    assert {item.status for item in await items(task)} == {"completed"}


async def test_run_that_was_taken_for_dead_stops_and_its_questions_are_asked_elsewhere(scripted, gate, caplog):
    task = await batch(*["pending"] * 3, status="pending")
    run = await in_database(recovery.begin_run)("a", 1)
    work = asyncio.create_task(Runner(run.pk, lambda: False).run())
    await scripted.asked(3)
    await in_database(recovery.end_run)(run)
    async with asyncio.timeout(TIMEOUT_S):
        await work
    assert "taken for dead" in caplog.text
    assert len(scripted.stopped) == 3
    gate.set()
    await run_until_idle("b")
    assert {(item.status, item.result) for item in await items(task)} == {("completed", "Press the button.")}
    assert len(scripted.requests) == 6


async def test_run_without_a_share_gives_back_what_waits(scripted, gate, monkeypatch):
    """As where a run of another machine joins whose clock says that it is older."""
    monkeypatch.setattr(Asking, "ahead", lambda *_: 1)
    task = await batch(*["pending"] * 3, status="pending", concurrency=1)
    async with running():
        await until(task, lambda found: [item.status for item in found] == ["running", "running", "pending"])
        await in_database(BatchRun.objects.create)(lane="b", pid=1, started_at=timezone.now() - timedelta(hours=1))
        await until(task, lambda found: [item.status for item in found] == ["running", "pending", "pending"])
        assert len(scripted.requests) == 1
