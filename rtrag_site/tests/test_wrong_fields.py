"""Wrong fields of requests: each is named with the reason, and nothing is repeated of what it held."""

from typing import Any

import pytest

from batch_app.api.examples import TASK_ID, WRONG_FIELD
from batch_app.tests.calls import TASKS, submit

pytestmark = pytest.mark.django_db
HIDDEN = "Hidden words"


def said(response):
    """The message, whose reasons are those of the details."""
    assert (response.status_code, response.json()["error"]) == (400, "INVALID_MESSAGE")
    body = response.json()
    each = [f"`{field['field']}` {field['reason']}" for field in body["details"]["fields"]]
    assert body["message"] == "; ".join(each) + "."
    return body["message"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "x" * 101}, "`name` must have at most 100 characters."),
        ({"name": ""}, "`name` must have at least 1 characters."),
        ({"name": " "}, "`name` must not be blank, nor have a NUL character."),
        ({"name": 5}, "`name` must be a string."),
        ({"description": "a\0"}, "`description` must have no NUL character."),
        ({"texts": HIDDEN}, "`texts` must be a list."),
        ({"skip_invalid": HIDDEN}, "`skip_invalid` must be true or false."),
        ({"options": [HIDDEN]}, "`options` must be an object."),
        ({"options": {"concurrency": 101}}, "`options.concurrency` must be at most 100."),
        ({"options": {"concurrency": HIDDEN}}, "`options.concurrency` must be a whole number."),
        ({"options": {"priority": 11}}, "`options.priority` must be at most 10."),
        ({"options": {"priority": -11}}, "`options.priority` must be at least -10."),
        ({"options": {"priority": 1.5}}, "`options.priority` must be a whole number."),
        (
            {"options": {"start_at": "2026-11-21T10:00:00"}},
            "`options.start_at` needs a time zone, as in 2026-11-30T22:00:00+01:00.",
        ),
        (
            {"options": {"start_at": HIDDEN}},
            "`options.start_at` must be a time with its zone, as in 2026-11-30T22:00:00+01:00.",
        ),
        ({"options": {"after": HIDDEN}}, "`options.after` must be a UUID."),
        (
            {"options": {"provider": HIDDEN}},
            "`options.provider` must be 1 to 64 letters, digits, dots, hyphens or underscores.",
        ),
        ({"colour": HIDDEN}, "`colour` is unknown."),
    ],
)
def test_wrong_field_of_a_body_is_refused_with_the_reason(client, fields, message):
    assert said(submit(client, "why", **fields)) == message


def test_several_wrong_fields_are_said_in_one_message(client):
    response = client.post(TASKS, {"texts": ["why"], "options": {"priority": 11}}, content_type="application/json")
    assert said(response) == "`name` is required; `options.priority` must be at most 10."


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"size": "1001"}, WRONG_FIELD.message),
        ({"page": HIDDEN}, "`page` must be a whole number."),
        ({"status": HIDDEN}, "`status` must be '', 'pending', 'running', 'completed', 'failed' or 'cancelled'."),
    ],
)
def test_wrong_parameter_is_refused_with_the_reason(client, parameters, message):
    response = client.get(f"{TASKS}/{TASK_ID}/results", parameters)
    assert said(response) == message
    if message == WRONG_FIELD.message:
        assert response.json() == WRONG_FIELD.example["value"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"search": HIDDEN}, "`search` must be true or false."),
        ({"kind": HIDDEN}, "`kind` must be '', 'txt', 'csv' or 'jsonl'."),
        ({"start_at": "2026-11-21T10:00"}, "`start_at` must be a time with its zone, as in 2026-11-30T22:00:00+01:00."),
        ({"colour": HIDDEN, "priority": "11"}, "`priority` must be at most 10; `colour` is unknown."),
    ],
)
def test_wrong_field_of_a_form_is_refused_with_the_reason(client, tmp_path, fields, message):
    (tmp_path / "list.txt").write_text("why")
    with (tmp_path / "list.txt").open("rb") as file:
        response = client.post("/api/batch/uploads", {"file": file, "name": "a", **fields})
    assert said(response) == message


def test_key_that_is_too_long_is_refused_with_the_reason(client):
    key = "`Idempotency-Key` must be 1 to 255 printable characters of ASCII, with no space at either end."
    assert said(submit(client, "why", key="x" * 256)) == key


def test_body_that_is_a_list_is_no_object(client):
    assert said(client.post(TASKS, [HIDDEN], content_type="application/json")) == "`body` must be an object."


def test_many_wrong_fields_are_not_all_named(client):
    unknown: dict[str, Any] = {f"field{number}": number for number in range(50)}
    details = submit(client, "why", **unknown).json()["details"]
    assert len(details["fields"]) == 20
