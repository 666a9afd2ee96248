"""What people do to batches, in every state."""

import uuid
from collections import Counter
from http import HTTPStatus

import pytest

from batch_app import control
from batch_app.models import BatchItem, BatchTask
from batch_app.refusals import Code, RefusedError
from batch_app.tests.rows import batch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rings")]
STATES = BatchTask.Status.values
ITEMS = ("pending", "running", "completed", "failed", "cancelled")
REFUSED = "refused"
OUTCOMES = {  # what an action makes of a task that was pending, running, paused, completed, failed, cancelled
    "pause": ("paused", "paused", "paused", REFUSED, REFUSED, REFUSED),
    "resume": ("pending", "running", "running", REFUSED, REFUSED, REFUSED),
    "cancel": ("cancelled", "cancelled", "cancelled", REFUSED, REFUSED, "cancelled"),
    "retry": (REFUSED, "running", "paused", "pending", "pending", REFUSED),
}


def history(task: BatchTask) -> list[str]:
    return [each.status for each in task.transitions.all()]


def statuses(task: BatchTask) -> list[str]:
    return list(task.items.order_by("index").values_list("status", flat=True))


def begun(status: str, *items: str, **fields) -> BatchTask:
    """A task in this state, which was begun unless it is pending."""
    task = batch(*(items or ITEMS), status=status, **fields)
    if status != "pending":
        BatchTask.objects.filter(pk=task.pk).update(started_at=task.created_at)
    return task


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [(action, state, made) for action, row in OUTCOMES.items() for state, made in zip(STATES, row, strict=True)],
)
def test_action_in_a_state(action, before, after):
    task = begun(before)
    act = control.ACTIONS[action]
    if after == REFUSED:
        with pytest.raises(RefusedError) as caught:
            act(task.pk)
        assert (caught.value.code, caught.value.status) == (Code.TASK_FAILED, HTTPStatus.CONFLICT)
        assert caught.value.details == {"status": before}
        assert statuses(task) == list(ITEMS)
    else:
        assert act(task.pk).status == after
    now = BatchTask.objects.get(pk=task.pk).status
    assert now == (before if after == REFUSED else after)
    assert history(task) == ([before] if now == before else [before, now])


@pytest.mark.parametrize("action", ["pause", "resume", "cancel"])
def test_action_done_twice_is_done_once(action):
    task = begun("paused" if action == "resume" else "running", webhook_url="https://example.com")
    first = control.ACTIONS[action](task.pk)
    second = control.ACTIONS[action](task.pk)
    assert (second.status, second.ended_at, second.webhook_due_at) == (
        first.status,
        first.ended_at,
        first.webhook_due_at,
    )
    assert len(history(task)) == 2


@pytest.mark.parametrize("action", [control.find, *control.ACTIONS.values()])
@pytest.mark.parametrize("kind", ["unknown", "unwritten"])
def test_batch_that_is_not_on_record_is_unknown(action, kind):
    task_id = uuid.uuid4() if kind == "unknown" else batch("failed", is_complete=False).pk
    with pytest.raises(RefusedError) as caught:
        action(task_id)
    assert (caught.value.code, caught.value.status) == (Code.TASK_NOT_FOUND, HTTPStatus.NOT_FOUND)


def test_cancelling_keeps_what_has_ended_and_frees_nothing():
    task = begun("running", webhook_url="https://example.com")
    task.items.filter(status="running").update(claim=uuid.uuid4())
    kept = list(task.items.filter(status__in=["completed", "failed", "cancelled"]).values())
    ended = control.cancel(task.pk)
    assert statuses(task) == ["cancelled", "cancelled", "completed", "failed", "cancelled"]
    assert list(task.items.filter(index__gte=2).order_by("index").values()) == kept
    stopped = task.items.filter(index__lt=2)
    assert {(each.claim, each.ended_at is None) for each in stopped} == {(None, False)}
    assert ended.webhook_due_at == ended.ended_at is not None


def test_cancelled_batch_without_a_webhook_has_none_due():
    assert control.cancel(begun("running").pk).webhook_due_at is None


@pytest.mark.parametrize("status", ["completed", "failed", "running", "paused"])
def test_retry_asks_only_what_has_failed_and_as_if_for_the_first_time(status):
    task = begun(status)
    partial = {"result": "Press ", "sources": [{"title": "t"}], "metadata": {"provider": "p"}, "usage": {"tokens": 1}}
    task.items.filter(status="failed").update(attempts=3, delays=7, error={"code": "RAG_ERROR"}, **partial)
    others = list(task.items.exclude(status="failed").values())
    control.retry(task.pk)
    again = task.items.get(index=3)
    fresh = BatchItem(task=task, index=3, text=again.text, pk=again.pk, due_at=again.due_at)
    assert again.status == "pending"
    for field in BatchItem._meta.concrete_fields:
        assert getattr(again, field.attname) == getattr(fresh, field.attname), field.name
    assert list(task.items.exclude(index=3).values()) == others


def test_retried_batch_has_no_end_and_no_webhook_until_it_ends_again():
    task = begun("running", "completed", "failed", webhook_url="https://example.com")
    with control.changing(task.pk) as changed:
        control.end(changed, BatchTask.Status.COMPLETED)
    first = BatchTask.objects.get(pk=task.pk)
    BatchTask.objects.filter(pk=task.pk).update(webhook_attempts=2, webhook_outcome="delivered")
    retried = control.retry(task.pk)
    assert (retried.ended_at, retried.webhook_due_at, retried.started_at) == (None, None, first.started_at)
    with control.changing(task.pk) as changed:
        control.end(changed, BatchTask.Status.COMPLETED)
    again = BatchTask.objects.get(pk=task.pk)
    assert first.ended_at
    assert again.ended_at
    assert again.ended_at > first.ended_at
    assert (again.webhook_due_at, again.webhook_attempts, again.webhook_outcome) == (again.ended_at, 0, "")
    assert history(task) == ["running", "completed", "pending", "completed"]


@pytest.mark.parametrize("status", ["completed", "running", "paused"])
def test_retry_without_a_failure_is_refused_and_changes_nothing(status):
    task = begun(status, "completed", "cancelled")
    with pytest.raises(RefusedError, match="has failed"):
        control.retry(task.pk)
    assert history(task) == [status]


def test_retry_of_what_has_ended_needs_room_as_a_new_batch_does(settings):
    settings.BATCH_MAX_QUEUE_SIZE = 1
    ended, going_on = begun("completed"), begun("running")
    with pytest.raises(RefusedError) as caught:
        control.retry(ended.pk)
    assert (caught.value.code, caught.value.details) == (Code.QUEUE_FULL, {"limit": 1})
    assert (statuses(ended), history(ended)) == (list(ITEMS), ["completed"])
    assert control.retry(going_on.pk).status == "running"
    control.cancel(going_on.pk)
    assert control.retry(ended.pk).status == "pending"


@pytest.mark.parametrize(("action", "status"), [("resume", "paused"), ("cancel", "running"), ("retry", "failed")])
def test_what_makes_work_calls_the_workers(rings, django_capture_on_commit_callbacks, action, status):
    with django_capture_on_commit_callbacks(execute=True):
        control.ACTIONS[action](begun(status).pk)
    assert len(rings) == 1


def test_change_that_fails_changes_nothing():
    task = begun("running")

    def fail() -> None:
        with control.changing(task.pk) as changed:
            changed.status = BatchTask.Status.PAUSED
            changed.items.update(status="cancelled")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert BatchTask.objects.get(pk=task.pk).status == "running"
    assert Counter(statuses(task)) == Counter(ITEMS)
    assert history(task) == ["running"]
