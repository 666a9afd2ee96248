"""Watching batches on a real database."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError

from batch_app import watching
from batch_app.refusals import Code, RefusedError
from batch_app.tests import rows
from batch_app.watching import Progress, watch

pytestmark = pytest.mark.django_db(transaction=True)
batch, end_item, set_status = map(database_sync_to_async, (rows.batch, rows.end_item, rows.set_status))


class Looks:
    """Counts the looks at the database, and lets a test wait for them, or make them fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looked: list[list[uuid.UUID]] = []
        self.is_failing = False
        self._look = watching._progress_of
        monkeypatch.setattr(watching, "_progress_of", self.look)
        monkeypatch.setattr(watching, "LOOK_EVERY_S", 0.02)

    async def look(self, task_ids: list[uuid.UUID]):
        self.looked.append(list(task_ids))
        if self.is_failing:
            raise OperationalError
        return await self._look(task_ids)

    async def more(self, times: int) -> None:
        """Wait until the last of so many more looks has been told of."""
        wanted = len(self.looked) + times + 1
        async with asyncio.timeout(10):
            while len(self.looked) < wanted:  # noqa: ASYNC110 - the looks are those of a task of this loop
                await asyncio.sleep(0.005)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    return Looks(monkeypatch)


def told(progress: Progress) -> tuple[str, int, int, float]:
    counts = progress.counts
    return progress.status, counts.completed, counts.failed, counts.percent


async def following(seen: AsyncGenerator[Progress]) -> Progress:
    async with asyncio.timeout(10):
        return await anext(seen)


async def test_progress_comes_at_once_and_at_every_change_up_to_the_end(looks: Looks):
    task = await batch("running", "pending", "completed", "failed")
    seen = watch(task.pk)
    first = await following(seen)
    assert told(first) == ("running", 1, 1, 50.0)
    assert first.message == "Running: 1 of 4 answered, 1 failed."
    await looks.more(2)  # nothing has changed in them
    await end_item(task, 0)
    assert told(await following(seen)) == ("running", 2, 1, 75.0)
    await set_status(task, "paused")
    assert told(await following(seen)) == ("paused", 2, 1, 75.0)
    await end_item(task, 1, "cancelled")
    await set_status(task, "cancelled")
    ended = await following(seen)
    while not ended.has_ended:  # a look may have come between the two
        ended = await following(seen)
    assert ended.message == "Cancelled: 2 of 4 answered, 1 failed, 1 cancelled."
    assert [each async for each in seen] == []


async def test_one_task_looks_for_all_and_only_while_somebody_watches(looks: Looks):
    one, other = await batch("pending"), await batch("pending")
    watchers = [watch(task.pk) for task in (one, one, other)]
    firsts = await asyncio.gather(*map(following, watchers))
    assert [each.task_id for each in firsts] == [one.pk, one.pk, other.pk]
    await looks.more(2)
    assert [sorted(looked) for looked in looks.looked[-2:]] == [sorted([one.pk, other.pk])] * 2
    await end_item(one, 0)
    assert {told(each) for each in await asyncio.gather(*map(following, watchers[:2]))} == {("running", 1, 0, 100.0)}
    for watcher in watchers:
        await watcher.aclose()
    board = watching._boards.get()
    assert (board._watched, board._looking) == ({}, None)


async def test_task_that_is_watched_already_needs_no_look(looks: Looks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watching, "LOOK_EVERY_S", 60)
    task = await batch("pending")
    one, two = watch(task.pk), watch(task.pk)
    assert told(await following(one)) == told(await following(two)) == ("running", 0, 0, 0.0)
    assert looks.looked == [[task.pk]]
    await one.aclose()
    await two.aclose()


async def test_slow_watcher_gets_only_the_newest(looks: Looks):
    task = await batch("pending", "pending", "pending")
    slow, quick = watch(task.pk), watch(task.pk)
    await following(slow)
    await following(quick)
    for index in range(3):
        await end_item(task, index)
        assert (await following(quick)).counts.completed == index + 1
    assert (await following(slow)).counts.completed == 3
    await slow.aclose()
    await quick.aclose()


async def test_unknown_and_deleted_tasks_are_said_to_be_so(looks: Looks):
    unfinished = await batch("pending", is_complete=False)
    for unknown in (uuid.uuid4(), unfinished.pk):
        with pytest.raises(RefusedError) as caught:
            await following(watch(unknown))
        assert caught.value.code == Code.TASK_NOT_FOUND
    task = await batch("pending")
    seen = watch(task.pk)
    await following(seen)
    await task.adelete()
    with pytest.raises(RefusedError):
        await following(seen)
    assert watching._boards.get()._watched == {}


async def test_retried_task_can_be_watched_again(looks: Looks):
    task = await batch("failed", "completed", status="completed")
    assert [told(each) async for each in watch(task.pk)] == [("completed", 1, 1, 100.0)]
    await end_item(task, 0, "pending")  # the state is not written yet: this is not the end
    between = watch(task.pk)
    assert told(await following(between)) == ("completed", 1, 0, 50.0)
    await set_status(task, "running")
    assert told(await following(between)) == ("running", 1, 0, 50.0)
    await between.aclose()


async def test_trouble_with_the_database_is_logged_once_and_passes(looks: Looks, caplog: pytest.LogCaptureFixture):
    task = await batch("pending")
    seen = watch(task.pk)
    await following(seen)
    looks.is_failing = True
    await looks.more(3)
    await end_item(task, 0)
    looks.is_failing = False
    assert told(await following(seen)) == ("running", 1, 0, 100.0)
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert said == ["Batches cannot be watched just now; it is tried again"]
    await seen.aclose()


async def test_many_tasks_are_looked_at_in_parts(looks: Looks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watching, "MAX_TASKS_IN_A_LOOK", 2)
    tasks = [await batch("completed", status="completed") for _ in range(3)]
    assert [each.task_id for each in await asyncio.gather(*(following(watch(task.pk)) for task in tasks))] == [
        task.pk for task in tasks
    ]
    assert list(map(len, looks.looked)) == [2, 1]
