"""Batches over HTTP: the list, one of them, and what can be done to it."""

import pytest

from batch_app.models import BatchTask
from batch_app.tests.calls import TASKS, UNKNOWN, refusal, submit
from batch_app.tests.rows import batch

pytestmark = pytest.mark.django_db
ACTIONS = (("post", "/pause"), ("post", "/resume"), ("post", "/retry"), ("delete", ""))


def test_batch_has_its_counts_its_times_and_its_options(client):
    task = batch("completed", "completed", "failed", "running", "pending", "cancelled", description="Of November")
    seen = client.get(f"{TASKS}/{task.pk}").json()
    progress = {"total": 6, "pending": 1, "running": 1, "completed": 2, "failed": 1, "cancelled": 1, "percent": 66.7}
    assert seen["progress"] == progress
    assert (seen["task_id"], seen["status"], seen["description"]) == (str(task.pk), "running", "Of November")
    assert [each["status"] for each in seen["history"]] == ["running"]
    assert seen["options"]["provider"] == ""
    assert (seen["started_at"], seen["ended_at"], seen["webhook"]) == (None, None, {"outcome": "", "attempts": 0})


def test_list_shows_the_newest_first_in_pages(client):
    ids = [str(batch("pending", name=str(number)).pk) for number in range(5)]
    first = client.get(TASKS, {"size": 2}).json()
    assert [each["task_id"] for each in first["tasks"]] == [ids[4], ids[3]]
    assert (first["total"], first["page"], first["size"]) == (5, 1, 2)
    last = client.get(TASKS, {"size": 2, "page": 3}).json()
    assert [each["task_id"] for each in last["tasks"]] == [ids[0]]


def test_page_past_the_end_is_empty(client):
    batch("pending")
    assert client.get(TASKS, {"page": 1_000_000, "size": 1_000}).json() == {
        "tasks": [],
        "total": 1,
        "page": 1_000_000,
        "size": 1_000,
    }


def test_list_of_one_state_has_no_others_and_none_that_is_still_being_written(client):
    batch("pending", status="paused")
    wanted = batch("completed", status="completed")
    batch("completed", status="completed", is_complete=False)
    assert [each["task_id"] for each in client.get(TASKS, {"status": "completed"}).json()["tasks"]] == [str(wanted.pk)]
    assert client.get(TASKS, {"status": ""}).json()["total"] == 2


@pytest.mark.parametrize("field", ["page", "size"])
@pytest.mark.parametrize("value", ["0", "-1", "1000001", "99999999999999999999", "two", "1.5"])
def test_page_or_size_out_of_bounds_is_refused(client, field, value):
    status, code, details = refusal(client.get(TASKS, {field: value}))
    assert (status, code, details["field"]) == (400, "INVALID_MESSAGE", field)


def test_every_wrong_parameter_is_named(client):
    details = refusal(client.get(TASKS, {"page": "0", "size": "1001", "status": "broken"}))[2]
    assert [each["field"] for each in details["fields"]] == ["page", "size", "status"]


@pytest.mark.parametrize("path", ["", f"/{UNKNOWN}/results", f"/{UNKNOWN}/download"])
def test_parameter_that_nobody_knows_is_refused_by_its_name(client, path):
    response = client.get(TASKS + path, {"q": "why", "status": "completed"})
    unknown = {"field": "q", "problem": "extra_forbidden", "reason": "is unknown"}
    assert refusal(response) == (400, "INVALID_MESSAGE", {"field": "q", "fields": [unknown]})
    assert response.json()["message"] == "`q` is unknown."


@pytest.mark.parametrize("task_id", [UNKNOWN, "nothing", "5", "%00", "x" * 500])
def test_unknown_and_malformed_ids_are_unknown_everywhere(client, task_id):
    calls = [("get", ""), ("get", "/results"), ("get", "/download"), *ACTIONS]
    refusals = [refusal(getattr(client, method)(f"{TASKS}/{task_id}{path}")) for method, path in calls]
    assert refusals == [(404, "BATCH_TASK_NOT_FOUND", {})] * len(calls)


def test_batch_that_is_being_written_is_unknown(client):
    task = batch("pending", is_complete=False)
    assert refusal(client.get(f"{TASKS}/{task.pk}"))[0] == 404


def test_batch_is_paused_resumed_and_cancelled(client):
    path = submit(client, "why")["Location"]
    states = [client.post(f"{path}/{action}").json()["status"] for action in ("pause", "pause", "resume", "resume")]
    assert states == ["paused", "paused", "pending", "pending"]
    cancelled = client.delete(path)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert cancelled.json()["progress"]["cancelled"] == 1
    assert client.delete(path).status_code == 200
    assert [each["status"] for each in client.get(path).json()["history"]] == [
        "pending",
        "paused",
        "pending",
        "cancelled",
    ]


def test_failed_questions_are_asked_again(client):
    task = batch("completed", "failed", status="failed")
    again = client.post(f"{TASKS}/{task.pk}/retry").json()
    assert (again["status"], again["progress"]["pending"], again["progress"]["completed"]) == ("pending", 1, 1)


@pytest.mark.parametrize(
    ("status", "allowed"), [("completed", set()), ("cancelled", {""}), ("running", {"/pause", "/resume", ""})]
)
def test_what_does_not_fit_the_state_is_refused(client, status, allowed):
    for method, path in ACTIONS:
        task = batch("completed", status=status)
        response = getattr(client, method)(f"{TASKS}/{task.pk}{path}")
        if path in allowed:
            assert response.status_code == 200
        else:
            assert refusal(response) == (409, "BATCH_TASK_FAILED", {"status": status})
            assert BatchTask.objects.get(pk=task.pk).status == status


@pytest.mark.parametrize("path", ["", f"/{UNKNOWN}", f"/{UNKNOWN}/pause"])
def test_other_methods_are_refused(client, path):
    assert client.put(TASKS + path).status_code == 405
