"""What operators do with batches in the admin."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from batch_app import bell, control, deletion
from batch_app.models import BatchItem, BatchTask
from batch_app.refusals import Code, RefusedError
from batch_app.tests.operators import TASKS, act, operator, page_of, said
from batch_app.tests.rows import batch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker is called."""
    monkeypatch.setattr(bell, "ring_now", lambda: None)


def status_of(task: BatchTask) -> str:
    return BatchTask.objects.get(pk=task.pk).status


@pytest.mark.parametrize(
    ("action", "before", "after", "words"),
    [
        ("pause", "running", "paused", "Paused: Questions"),
        ("resume", "paused", "pending", "Resumed: Questions"),
        ("cancel", "running", "cancelled", "Cancelled: Questions"),
        ("retry", "completed", "pending", "The failed questions are asked again: Questions"),
    ],
)
def test_batch_is_steered(admin_client: Client, action: str, before: str, after: str, words: str):
    task = batch("failed", "pending" if before != "completed" else "completed", status=before)
    response = act(admin_client, action, task)
    assert (status_of(task), said(response)) == (after, [words])
    assert LogEntry.objects.get().object_id == str(task.pk)


def test_what_cannot_be_done_is_told_with_the_reason(admin_client: Client):
    running, *ended = batch("pending", name="going on"), *(batch("completed", status="completed") for _ in range(7))
    cancelled = batch("cancelled", status="cancelled", name="given up")
    response = act(admin_client, "pause", running, cancelled, *ended)
    assert sorted(said(response)) == [
        "Cannot be paused (cancelled): given up",
        f"Cannot be paused (completed): {', '.join(['Questions'] * 5)} and 2 more",
        "Paused: going on",
    ]
    words = "No failed questions that could be asked again (cancelled): given up"
    assert said(act(admin_client, "retry", cancelled))[-1] == words


def test_retry_without_room_is_told_with_the_reason(admin_client: Client, settings):
    settings.BATCH_MAX_QUEUE_SIZE = 1
    batch("pending")
    words = "No failed questions that could be asked again (too many batches have not ended): ended"
    assert said(act(admin_client, "retry", batch("failed", status="failed", name="ended"))) == [words]


def test_action_of_the_page_leads_back_to_it(admin_client: Client):
    task = batch("pending")
    assert act(admin_client, "pause", task, from_page="1")["Location"] == page_of(task)
    assert act(admin_client, "resume", task)["Location"] == TASKS


def test_names_may_hold_any_character(admin_client: Client):
    tasks = [batch("pending", name="100 %(count)d") for _ in range(6)]
    names = ", ".join(["100 %(count)d"] * 5)
    assert said(act(admin_client, "pause", *tasks)) == [f"Paused: {names} and 1 more"]


@pytest.mark.parametrize("action", ["pause", "cancel", "delete_selected"])
def test_those_who_may_only_look_can_do_nothing(client: Client, action: str):
    task = batch("pending")
    looker = operator(client, "view_batchtask")
    assert f'value="{action}"' not in looker.get(TASKS).content.decode()
    assert 'value="pause"' not in looker.get(page_of(task)).content.decode()
    act(looker, action, task, post="yes")
    assert status_of(task) == "running"
    assert looker.post(page_of(task, "delete/"), {"post": "yes"}).status_code == 403


def test_who_may_change_may_steer_and_not_delete(client: Client):
    task = batch("completed", status="completed")
    steerer = operator(client, "view_batchtask", "change_batchtask")
    act(steerer, "delete_selected", task, post="yes")
    assert status_of(task) == "completed"
    open_task = batch("pending")
    act(steerer, "pause", open_task)
    assert status_of(open_task) == "paused"


def test_only_ended_batches_are_deleted(admin_client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(deletion, "CHUNK", 2)
    ended, running = batch(*["completed"] * 5, status="completed", name="over"), batch("pending", name="going on")
    confirmation = act(admin_client, "delete_selected", ended, running)
    assert dict(confirmation.context["model_count"]) == {"batches": 1, "questions of batches": 5}
    response = act(admin_client, "delete_selected", ended, running, post="yes")
    assert "Only batches that have ended can be deleted (running): going on" in said(response)
    assert list(BatchTask.objects.all()) == [running]
    assert BatchItem.objects.count() == 1
    assert admin_client.post(page_of(running, "delete/"), {"post": "yes"}).status_code == 403


def test_page_of_an_ended_batch_deletes_it_outside_of_one_long_transaction(admin_client: Client):
    follower, task = batch("pending"), batch("failed", "completed", status="completed")
    BatchTask.objects.filter(pk=follower.pk).update(after=task)
    response = admin_client.post(page_of(task, "delete/"), {"post": "yes"})
    assert response["Location"] == TASKS
    assert list(BatchTask.objects.values_list("pk", "after")) == [(follower.pk, None)]


def test_batch_that_was_retried_meanwhile_is_kept(admin_client: Client, monkeypatch: pytest.MonkeyPatch):
    task = batch("failed", status="completed")
    delete = deletion.delete

    def retried_first(key) -> None:
        control.retry(key)
        delete(key)

    monkeypatch.setattr(deletion, "delete", retried_first)
    response = act(admin_client, "delete_selected", task, post="yes")
    assert "Only batches that have ended can be deleted (pending): Questions" in said(response)
    assert status_of(task) == "pending"


def test_too_many_are_not_deleted_at_once(admin_client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("batch_app.admin.actions.MAX_DELETED_AT_ONCE", 1)
    tasks = [batch("completed", status="completed") for _ in range(2)]
    assert said(act(admin_client, "delete_selected", *tasks)) == ["At most 1 batches are deleted at once."]
    assert BatchTask.objects.count() == 2


def test_unknown_batch_cannot_be_deleted():
    task = batch("completed", status="completed", is_complete=False)
    with pytest.raises(RefusedError) as caught:
        deletion.delete(task.pk)
    assert caught.value.code == Code.TASK_NOT_FOUND
