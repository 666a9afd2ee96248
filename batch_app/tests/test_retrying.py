"""Asking many questions again that failed: piece by piece, and each of them once."""

import pytest

from batch_app import control
from batch_app.counts import counts_of
from batch_app.models import BatchTask
from batch_app.refusals import Code, RefusedError
from batch_app.running import recovery
from batch_app.tests.rows import batch
from batch_app.tests.turns import answered, failed, history, statuses, turn

pytestmark = pytest.mark.usefixtures("database", "rings")
QUESTIONS = 5


def test_counts_add_up_between_the_pieces_and_the_batch_is_open_from_the_first_on(between):
    task = batch(*["failed"] * QUESTIONS, status="failed")
    seen = []

    def look() -> None:
        now, counts = BatchTask.objects.get(pk=task.pk), counts_of([task.pk])[task.pk]
        seen.append((now.status, now.ended_at, counts.pending, counts.failed))

    between.append(look)
    assert control.retry(task.pk).status == "pending"
    assert seen == [("pending", None, 2, 3), ("pending", None, 4, 1)]
    assert statuses(task) == ["pending"] * QUESTIONS
    assert history(task) == ["failed", "pending"]


def test_question_that_fails_anew_between_the_pieces_is_not_asked_a_third_time(between):
    task, run = batch(*["failed"] * QUESTIONS, status="failed"), recovery.begin_run("a", 1).pk
    between.append(lambda: turn(run, *map(failed, turn(run).claimed)))
    control.retry(task.pk)
    assert statuses(task) == ["failed", "failed", "failed", "failed", "pending"]
    assert list(task.items.order_by("index").values_list("attempts", flat=True)) == [1, 1, 1, 1, 0]


def test_what_a_process_leaves_that_dies_can_be_retried(between):
    task, run = batch(*["failed"] * QUESTIONS, status="failed"), recovery.begin_run("a", 1).pk

    def die() -> None:
        between.clear()
        raise SystemExit

    between.append(die)
    with pytest.raises(SystemExit):
        control.retry(task.pk)
    turn(run, *map(answered, turn(run).claimed))
    assert statuses(task) == ["completed", "completed", "failed", "failed", "failed"]
    assert history(task) == ["failed", "pending", "running", "completed"]
    control.retry(task.pk)
    assert statuses(task) == ["completed", "completed", "pending", "pending", "pending"]


def test_batch_that_is_cancelled_between_the_pieces_stays_so(between):
    task = batch(*["failed"] * QUESTIONS, status="failed")

    def cancel() -> None:
        between.clear()
        control.cancel(task.pk)

    between.append(cancel)
    with pytest.raises(RefusedError) as caught:
        control.retry(task.pk)
    assert (caught.value.code, caught.value.details) == (Code.TASK_FAILED, {"status": "cancelled"})
    assert statuses(task) == ["cancelled", "cancelled", "failed", "failed", "failed"]
    assert history(task) == ["failed", "pending", "cancelled"]


def test_batch_whose_workers_are_faster_than_its_retry_ends_once_more(between):
    task, run = batch(*["failed"] * QUESTIONS, status="failed"), recovery.begin_run("a", 1).pk
    between.append(lambda: turn(run, *map(answered, turn(run).claimed)))
    control.retry(task.pk)
    turn(run, *map(answered, turn(run).claimed))
    assert statuses(task) == ["completed"] * QUESTIONS
    assert history(task) == ["failed", *["pending", "running", "completed"] * 3]
