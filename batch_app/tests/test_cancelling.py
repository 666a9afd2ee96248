"""Cancelling a batch of many questions: piece by piece, and from the first moment on nobody is given any of them."""

from collections.abc import Callable

import pytest

from batch_app import control, deletion
from batch_app.counts import counts_of
from batch_app.models import BatchTask
from batch_app.refusals import Code, RefusedError
from batch_app.running import recovery
from batch_app.tests.rows import batch
from batch_app.tests.turns import answered, turn

pytestmark = pytest.mark.usefixtures("database", "rings")
QUESTIONS = 5


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What is to be done after each piece but the last; a piece has two questions."""
    todo: list[Callable[[], object]] = []
    monkeypatch.setattr(control, "CHUNK", 2)
    monkeypatch.setattr(control, "sleep", lambda _: [each() for each in todo])
    return todo


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
