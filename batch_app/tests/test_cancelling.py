"""Cancelling a batch of many questions: piece by piece, and from the first moment on nobody is given any of them."""

import threading
import time

import pytest

from batch_app import control, deletion
from batch_app.counts import counts_of
from batch_app.models import BatchTask
from batch_app.refusals import Code, RefusedError
from batch_app.running import recovery, writing
from batch_app.tests.batches import TIMEOUT_S, together
from batch_app.tests.rows import batch, set_status
from batch_app.tests.turns import answered, statuses, turn

pytestmark = pytest.mark.usefixtures("database", "rings")
QUESTIONS = 5


def test_counts_add_up_between_the_pieces_and_the_batch_ends_after_the_last(between):
    task = batch(*["pending"] * QUESTIONS, status="pending", webhook_url="https://example.com")
    seen = []

    def look() -> None:
        now, counts = BatchTask.objects.get(pk=task.pk), counts_of([task.pk])[task.pk]
        seen.append((now.status, now.ended_at, now.webhook_due_at, counts.pending, counts.cancelled))

    between.append(look)
    cancelled = control.cancel(task.pk)
    assert seen == [("cancelled", None, None, 3, 2), ("cancelled", None, None, 1, 4)]
    assert counts_of([task.pk])[task.pk].cancelled == QUESTIONS
    assert cancelled.webhook_due_at == cancelled.ended_at is not None
    assert [each.status for each in task.transitions.all()] == ["pending", "cancelled"]


def test_runs_get_nothing_more_between_the_pieces_and_what_they_finish_is_kept(between):
    task = batch(*["pending"] * QUESTIONS, status="pending", concurrency=5)
    run = recovery.begin_run("a", 1).pk
    *_, last = turn(run, room=5).claimed
    given: list[object] = []
    between.append(lambda: given.append(turn(run, *([] if given else [answered(last)]), room=5).claimed))
    control.cancel(task.pk)
    assert given == [[], []]
    counts = counts_of([task.pk])[task.pk]
    assert (counts.completed, counts.cancelled, counts.open) == (1, QUESTIONS - 1, 0)


def test_what_a_process_leaves_that_dies_is_cancelled_by_others(between):
    task = batch(*["pending"] * QUESTIONS)

    def die() -> None:
        between.clear()
        raise SystemExit

    between.append(die)
    with pytest.raises(SystemExit):
        control.cancel(task.pk)
    with pytest.raises(RefusedError) as caught:
        deletion.delete(task.pk)
    assert caught.value.code == Code.TASK_FAILED
    control.finish_cancelling()
    task.refresh_from_db()
    assert task.ended_at
    assert counts_of([task.pk])[task.pk].cancelled == QUESTIONS
    deletion.delete(task.pk)


def test_cancelling_once_more_ends_what_was_left(between):
    task = batch("pending", "completed", status="cancelled")
    assert control.cancel(task.pk).ended_at
    assert counts_of([task.pk])[task.pk].cancelled == 1


def test_batch_is_not_deleted_before_the_end_of_its_cancellation_is_written():
    """Where it is, nobody could write that end, and nobody would finish the deletion."""
    task = batch("cancelled", "completed", status="cancelled", ended_at=None)
    with pytest.raises(RefusedError) as caught:
        deletion.delete(task.pk)
    assert (caught.value.code, caught.value.details) == (Code.TASK_FAILED, {"status": "cancelled"})
    control.finish_cancelling()
    deletion.delete(task.pk)
    assert not BatchTask.objects.exists()


def test_batch_that_is_not_on_record_keeps_no_other_from_being_finished():
    batch("cancelled", status="cancelled", ended_at=None, is_complete=False)
    task = batch("pending", status="cancelled")
    control.finish_cancelling()
    assert statuses(task) == ["cancelled"]


def test_batch_that_others_end_and_delete_meanwhile_is_cancelled_all_the_same(between):
    def overtake() -> None:
        between.clear()
        control.finish_cancelling()
        deletion.delete(task.pk)

    task = batch(*["pending"] * QUESTIONS)
    between.append(overtake)
    assert control.cancel(task.pk).status == "cancelled"
    task, other = (batch(*["pending"] * QUESTIONS, status="cancelled") for _ in range(2))
    between.append(overtake)
    control.finish_cancelling()
    assert list(BatchTask.objects.all()) == [other]
    assert statuses(other) == ["cancelled"] * QUESTIONS


def test_turn_and_pieces_never_wait_for_questions_of_each_other(monkeypatch):
    """Each locks many, and in an order of its own."""
    is_writing = threading.Event()

    def slowly(run, rows):
        for row in rows:
            writing.write(run, [row])
            is_writing.set()
            time.sleep(0.2)

    def cancel() -> None:
        assert is_writing.wait(TIMEOUT_S)
        control.finish_cancelling()

    task, run = batch("pending", "pending"), recovery.begin_run("a", 1).pk
    first, last = turn(run).claimed
    set_status(task, "cancelled")
    monkeypatch.setattr("batch_app.running.turn.write", slowly)
    together(cancel, lambda: turn(run, answered(last), answered(first)))
    assert statuses(task) == ["completed", "completed"]
    task.refresh_from_db()
    assert task.ended_at
