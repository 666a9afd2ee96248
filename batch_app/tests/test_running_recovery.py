"""What runs leave behind that are over, and what they say too late."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from batch_app import control
from batch_app.models import BatchItem, BatchRun
from batch_app.running import recovery
from batch_app.running.again import MAX_DELAYS
from batch_app.running.turn import LEASE
from batch_app.tests.batches import reason
from batch_app.tests.rows import batch
from batch_app.tests.turns import answered, begun, claimed, failed, statuses, turn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rings")]


def delays(task) -> list[int]:
    return list(task.items.order_by("index").values_list("delays", flat=True))


def unseen(run: uuid.UUID, seconds: float) -> None:
    BatchRun.objects.filter(pk=run).update(seen_at=timezone.now() - timedelta(seconds=seconds))


def test_lane_that_is_taken_again_frees_what_was_run_there():
    task = batch("pending", "pending", "completed")
    killed = recovery.begin_run("host/0", 1)
    turn(killed.pk)
    heir = recovery.begin_run("host/0", 2)
    assert len(turn(heir.pk, sweeps=True).claimed) == 2
    assert set(BatchItem.objects.filter(status="running").values_list("claim", flat=True)) == {heir.pk}
    assert delays(task) == [1, 1, 0]


def test_run_that_was_not_seen_for_long_is_over():
    task = batch("pending", concurrency=1)
    silent, other = begun("a"), begun("b")
    turn(silent)
    unseen(silent, LEASE.total_seconds() - 5)
    assert claimed(other, sweeps=True) == []
    unseen(silent, LEASE.total_seconds() + 1)
    assert len(turn(other, sweeps=True).claimed) == 1
    assert list(BatchRun.objects.values_list("pk", flat=True)) == [other]
    assert delays(task) == [1]


def test_run_that_was_away_for_long_itself_keeps_what_it_has():
    task, run = batch("pending"), begun()
    [item] = turn(run).claimed
    unseen(run, 3_600)
    turn(run, answered(item), sweeps=True)
    assert statuses(task) == ["completed"]


def test_question_whose_workers_keep_ending_fails_in_the_end():
    task = batch("running", "running", webhook_url="https://example.com")
    task.items.filter(index=0).update(claim=uuid.uuid4(), delays=MAX_DELAYS)
    task.items.filter(index=1).update(claim=uuid.uuid4(), delays=MAX_DELAYS - 1)
    assert len(turn(begun(), sweeps=True).claimed) == 1
    poison = task.items.get(index=0)
    assert (poison.status, poison.claim, reason(poison)) == ("failed", None, "interrupted")
    assert poison.ended_at
    assert delays(task) == [MAX_DELAYS + 1, MAX_DELAYS]


def test_task_ends_where_the_last_question_fails_with_its_worker():
    task = batch("running")
    task.items.update(claim=uuid.uuid4(), delays=MAX_DELAYS)
    turn(begun(), sweeps=True)
    assert [each.status for each in task.transitions.all()] == ["running", "failed"]


def test_question_that_nobody_claims_is_freed():
    task = batch("running")
    assert len(turn(begun(), sweeps=True).claimed) == 1
    assert delays(task) == [1]


@pytest.mark.parametrize("end", [answered, failed])
@pytest.mark.parametrize("fate", ["cancelled", "freed", "given to another", "ended by another", "ended", "retried"])
def test_late_word_about_a_lost_question_changes_nothing(end, fate):
    task, run, other = batch("pending", concurrency=1), begun("a"), begun("b")
    [item] = turn(run).claimed
    mine = task.items.filter(index=0)
    match fate:
        case "cancelled":
            control.cancel(task.pk)
        case "freed":
            mine.update(status="pending", claim=None, due_at=timezone.now() + timedelta(minutes=1))
        case "given to another":
            mine.update(claim=other)
        case "ended by another":
            mine.update(claim=other)
            turn(other, answered(item, "Theirs."))
        case "ended":
            turn(run, answered(item, "Said before."))
        case "retried":
            turn(run, failed(item))
            control.retry(task.pk)
            mine.update(due_at=timezone.now() + timedelta(minutes=1))
    before = mine.values().get()
    turn(run, end(item), room=0)
    assert mine.values().get() == before


def test_run_that_has_ended_frees_its_lane_and_nothing_else():
    first, second = recovery.begin_run("host/0", 1), recovery.begin_run("host/1", 2)
    recovery.end_run(first)
    assert list(BatchRun.objects.values_list("lane", "pid")) == [("host/1", 2)]
    assert second.in_flight == 0
