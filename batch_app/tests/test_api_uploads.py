"""Files with questions: a look into them, and batches of them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from batch_app.models import BatchItem, BatchTask
from batch_app.tests.calls import TASKS, refusal

pytestmark = pytest.mark.django_db
TABLE = "id,topic,frage\na,one,why\nb,two,\nc,three,how\n"


def post(client: Any, action: str, content: str | bytes, file: str = "list.csv", key: str = "", **fields: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/batch/{action}", {"file": SimpleUploadedFile(file, data), **fields}, headers=headers)


def test_preview_shows_the_first_questions_and_every_wrong_line(client):
    response = post(client, "preview", TABLE, column="frage", id_column="id")
    assert response.json() == {
        "kind": "csv",
        "columns": ["id", "topic", "frage"],
        "column": "frage",
        "id_column": "id",
        "first_row": ["id", "topic", "frage"],
        "count": 2,
        "rows": [{"text": "why", "custom_id": "a"}, {"text": "how", "custom_id": "c"}],
        "bad": [{"line": 3, "problem": "empty"}],
    }
    assert not BatchTask.objects.exists()


def test_preview_shows_the_first_row_of_a_table_whose_columns_it_cannot_name(client):
    seen = post(client, "preview", f"a,{'frage ' * 100}\nb,why\n").json()
    assert (seen["columns"], seen["column"], seen["count"]) == ([], "1", 2)
    assert seen["first_row"] == ["a", ("frage " * 100)[:100]]


def test_preview_shows_twenty_questions_of_many(client):
    seen = post(client, "preview", "why\n" * 100, "list.txt").json()
    assert (seen["kind"], seen["count"], len(seen["rows"])) == ("txt", 100, 20)


def test_file_becomes_a_batch_with_the_options_of_the_form(client):
    options = {"search": "false", "concurrency": "7", "priority": "2", "provider": "", "start_at": "", "after": ""}
    response = post(client, "uploads", "why\nhow\n", "list.txt", name="From a file", description="Lines", **options)
    assert (response.status_code, response.json()["total_items"]) == (201, 2)
    task = BatchTask.objects.get()
    assert (task.name, task.description, task.search, task.concurrency, task.priority) == (
        "From a file",
        "Lines",
        False,
        7,
        2,
    )
    assert response["Location"] == f"{TASKS}/{task.pk}"


def test_ids_come_from_their_column(client):
    fields = {"column": "frage", "id_column": "1", "skip_invalid": "true", "name": "a"}
    response = post(client, "uploads", TABLE, **fields)
    assert (response.status_code, response.json()["skipped"]) == (201, 1)
    assert [*BatchItem.objects.values_list("custom_id", "text")] == [("a", "why"), ("c", "how")]


def test_wrong_lines_are_reported_with_their_numbers(client):
    status, code, details = refusal(post(client, "uploads", TABLE, column="frage", name="a"))
    assert (status, code, details["lines"]) == (400, "INVALID_MESSAGE", [{"line": 3, "problem": "empty"}])


def test_page_of_this_site_is_known_as_one(client):
    client.defaults["HTTP_ORIGIN"] = "http://testserver"
    assert post(client, "uploads", "why", "list.txt", name="a").status_code == 201
    assert BatchTask.objects.get().origin == "page"


def test_file_that_is_sent_again_makes_no_second_batch(client):
    first, second = (post(client, "uploads", "why", "list.txt", name="a", key="one") for _ in range(2))
    assert (first.json(), second["Idempotency-Replayed"]) == (second.json(), "true")
    assert BatchTask.objects.count() == 1


@pytest.mark.parametrize("action", ["preview", "uploads"])
@pytest.mark.parametrize(
    ("file", "content", "fields", "field"),
    [
        ("list.xlsx", b"PK\x03\x04\x00\x00", {}, "kind"),
        ("list.csv", b"\x00\x01\x02\x03" * 100, {}, "file"),
        ("list.csv", "a,b\n1,2", {"column": "c"}, "column"),
        ("list.csv", "a,b\n1,2", {"kind": "pdf"}, "kind"),
        ("list.csv", "a,b\n1,2", {"column": "x" * 1_001}, "column"),
    ],
)
def test_file_that_cannot_be_read_is_refused(client, action, file, content, fields, field):  # noqa: PLR0917 - a table
    status, code, details = refusal(post(client, action, content, file, name="a", **fields))
    assert (status, code, details["field"]) == (400, "INVALID_MESSAGE", field)


@pytest.mark.parametrize("action", ["preview", "uploads"])
def test_form_without_a_file_is_refused(client, action):
    details = refusal(client.post(f"/api/batch/{action}", {"name": "a"}))[2]
    assert details["fields"] == [{"field": "file", "problem": "missing", "reason": "is required"}]
    body = {"content_type": "application/json"}
    assert "file" in {each["field"] for each in refusal(client.post(f"/api/batch/{action}", {}, **body))[2]["fields"]}


def test_broken_form_is_refused(client):
    response = client.post("/api/batch/preview", b"--x\r\nnothing", content_type="multipart/form-data; boundary=\xff")
    assert refusal(response) == (400, "INVALID_MESSAGE", {"field": "body"})


def test_every_wrong_field_of_the_form_is_named(client):
    details = refusal(post(client, "uploads", "why", "list.txt", priority="99", search="perhaps", start_at="soon"))[2]
    assert [each["field"] for each in details["fields"]] == ["name", "search", "priority", "start_at"]


def test_empty_file_has_no_questions(client):
    assert refusal(post(client, "uploads", "", "list.txt", name="a"))[:2] == (400, "INVALID_MESSAGE")


def test_field_that_nobody_knows_is_refused_by_its_name(client):
    details = refusal(post(client, "uploads", "why", "list.txt", name="a", priorty="5"))[2]
    assert details["fields"] == [{"field": "priorty", "problem": "extra_forbidden", "reason": "is unknown"}]
