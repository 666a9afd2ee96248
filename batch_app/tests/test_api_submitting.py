"""`POST /api/batch/tasks`: what is taken, and what is refused with which words."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client

from batch_app.models import BatchItem, BatchTask
from batch_app.tests.calls import TASKS, UNKNOWN, refusal, submit
from batch_app.tests.rows import batch
from providers_app.models import ProviderConfig

pytestmark = pytest.mark.django_db


def test_texts_and_objects_are_taken_in_their_order(client):
    response = submit(client, "why", {"text": "how", "custom_id": "b"}, {"text": "when"}, description="Of November")
    assert response.status_code == 201
    task = BatchTask.objects.get()
    assert response.json() == {
        "task_id": str(task.pk),
        "status": "pending",
        "created_at": task.created_at.isoformat().replace("+00:00", "Z"),
        "total_items": 3,
        "skipped": 0,
    }
    assert response["Location"] == f"{TASKS}/{task.pk}"
    assert "Idempotency-Replayed" not in response
    items = BatchItem.objects.order_by("index").values_list("index", "text", "custom_id")
    assert [*items] == [(0, "why", ""), (1, "how", "b"), (2, "when", "")]
    assert (task.name, task.description, task.origin) == ("Questions", "Of November", "api")


def test_options_are_kept(client):
    first = batch("pending")
    ProviderConfig.objects.create(name="bot", kind="openai", is_choosable=True)
    options = {
        "provider": "bot",
        "search": True,
        "concurrency": 3,
        "priority": -2,
        "start_at": "2030-01-01T08:00:00+08:00",
        "after": str(first.pk),
        "webhook_url": "https://example.com/hook",
    }
    task = client.get(submit(client, "why", options=options)["Location"]).json()
    assert task["options"] == options | {"start_at": "2030-01-01T00:00:00Z"}
    assert BatchTask.objects.get(pk=task["task_id"]).start_at == datetime(2030, 1, 1, tzinfo=UTC)


def test_number_without_a_fraction_is_whole(client):
    options = client.get(submit(client, "why", options={"priority": -7.0})["Location"]).json()["options"]
    assert options["priority"] == -7
    assert refusal(submit(client, "why", options={"priority": 7.5}))[2]["field"] == "options.priority"


def test_null_is_as_good_as_nothing(client):
    nothing = dict.fromkeys(("provider", "search", "concurrency", "start_at", "after", "webhook_url"))
    assert submit(client, "why", description=None, options=nothing).status_code == 201
    assert submit(client, "why", options=None).status_code == 201


def test_every_wrong_text_is_reported_at_once(client):
    response = submit(client, "why", "", 5, {"custom_id": "a"}, {"text": "how", "custom_id": "a"}, "a\0b", None)
    assert refusal(response) == (
        400,
        "INVALID_MESSAGE",
        {
            "field": "texts",
            "lines": [
                {"line": 2, "problem": "empty"},
                {"line": 3, "problem": "not_text"},
                {"line": 4, "problem": "no_text_field"},
                {"line": 6, "problem": "nul_character"},
                {"line": 7, "problem": "not_text"},
            ],
        },
    )
    assert not BatchTask.objects.exists()


def test_wrong_texts_may_be_left_out(client):
    response = submit(client, "why", "", 5, skip_invalid=True)
    assert (response.status_code, response.json()["total_items"], response.json()["skipped"]) == (201, 1, 2)
    assert refusal(submit(client, "", skip_invalid=True))[:2] == (400, "INVALID_MESSAGE")


def test_text_of_a_megabyte_is_named_by_its_number(client):
    status, code, details = refusal(submit(client, "why", "x" * 1_000_000))
    assert (status, code, details["lines"]) == (400, "INVALID_MESSAGE", [{"line": 2, "problem": "too_long"}])


@pytest.mark.parametrize("number", [0, 50_001])
def test_batch_has_one_to_fifty_thousand_texts(client, number):
    status, code, details = refusal(submit(client, *["why"] * number))
    assert (status, code, details) == (400, "INVALID_MESSAGE", {"field": "texts", "limit": 50_000})


def test_every_wrong_field_is_named_at_once(client):
    options = {"priority": 11, "concurrency": "5", "start_at": "2030-01-01T00:00:00", "priorty": 1}
    status, code, details = refusal(submit(client, "why", name=" ", options=options, colour="red"))
    assert (status, code, details["field"]) == (400, "INVALID_MESSAGE", "name")
    assert {each["field"]: each["problem"] for each in details["fields"]} == {
        "name": "string_pattern_mismatch",
        "options.concurrency": "int_type",
        "options.priority": "less_than_equal",
        "options.start_at": "timezone_aware",
        "options.priorty": "extra_forbidden",
        "colour": "extra_forbidden",
    }


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "x" * 101}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": 5}, "name"),
        ({"description": "x" * 501}, "description"),
        ({"texts": "why"}, "texts"),
        ({"texts": {"text": "why"}}, "texts"),
        ({"skip_invalid": "yes"}, "skip_invalid"),
        ({"options": []}, "options"),
        ({"options": {"search": 1}}, "options.search"),
        ({"options": {"concurrency": 0}}, "options.concurrency"),
        ({"options": {"concurrency": 101}}, "options.concurrency"),
        ({"options": {"start_at": 1_900_000_000}}, "options.start_at"),
        ({"options": {"start_at": "0001-01-01T00:00:00+14:00"}}, "options.start_at"),
        ({"options": {"after": "the first"}}, "options.after"),
        ({"options": {"after": UNKNOWN}}, "options.after"),
        ({"options": {"provider": "nobody"}}, "options.provider"),
        ({"options": {"provider": "a b"}}, "options.provider"),
        ({"options": {"webhook_url": "ftp://example.com"}}, "options.webhook_url"),
        ({"options": {"webhook_url": "http://127.0.0.1/"}}, "options.webhook_url"),
        ({"options": {"webhook_url": f"https://example.com/{'x' * 1_000}"}}, "options.webhook_url"),
    ],
)
def test_wrong_values_are_refused_by_their_name(client, fields, field):
    status, code, details = refusal(submit(client, "why", **fields))
    assert (status, code, details["field"]) == (400, "INVALID_MESSAGE", field)
    assert not BatchTask.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b'{"name": "a", "texts": ["why"]', b"\xff{}", b"[" * 100_000])
def test_what_is_no_object_is_refused(client, body):
    status, code, _ = refusal(client.post(TASKS, body, content_type="application/json"))
    assert (status, code in {"INVALID_JSON", "INVALID_MESSAGE"}) == (400, True)


def test_queue_that_is_full_is_said_with_a_time_to_come_again(client, settings):
    settings.BATCH_MAX_QUEUE_SIZE = 1
    assert submit(client, "why").status_code == 201
    response = submit(client, "how")
    assert refusal(response) == (503, "BATCH_QUEUE_FULL", {"limit": 1})
    assert int(response["Retry-After"]) > 0


def test_nothing_is_taken_where_batches_are_switched_off_but_all_can_be_read(client, settings):
    task = batch("completed")
    settings.BATCH_ENABLED = False
    assert refusal(submit(client, "why"))[:2] == (503, "SERVICE_UNAVAILABLE")
    assert client.get(f"{TASKS}/{task.pk}/results").json()["total"] == 1
    assert client.get("/api/batch/status").json()["enabled"] is False


def test_repeated_submission_is_answered_the_same_and_stored_once(client):
    first = submit(client, "why", key="november")
    BatchTask.objects.update(status="completed")
    again = submit(client, "why", key="november")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotency-Replayed"] == "true"
    assert BatchTask.objects.count() == 1
    assert refusal(submit(client, "how", key="november"))[:2] == (422, "INVALID_MESSAGE")
    assert submit(client, "how", key="december").status_code == 201


@pytest.mark.parametrize("key", ["x" * 256, "ä", "a\tb"])
def test_key_is_short_and_printable(client, key):
    status, code, details = refusal(submit(client, "why", key=key))
    assert (status, code, details["field"]) == (400, "INVALID_MESSAGE", "Idempotency-Key")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_key_make_one_batch():
    both = threading.Barrier(2)
    answers = []

    def send() -> None:
        both.wait()
        answers.append(submit(Client(), *["why"] * 500, key="november"))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    task = BatchTask.objects.get()
    assert task.items.count() == 500
    for answer in answers:
        if answer.status_code == 409:  # it came while the other one was being written
            assert refusal(answer)[1] == "BATCH_TASK_FAILED"
            assert answer["Retry-After"]
        else:
            assert (answer.status_code, answer.json()["task_id"]) == (201, str(task.pk))
    assert 201 in {answer.status_code for answer in answers}
