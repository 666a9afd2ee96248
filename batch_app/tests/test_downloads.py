"""The results of a batch as files."""

import csv
import io
import json
import tracemalloc

import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from batch_app import downloads, results
from batch_app.models import BatchItem
from batch_app.tests.calls import TASKS, refusal
from batch_app.tests.rows import batch
from batch_app.tests.test_api_results import METADATA, SOURCE, answered

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    async def whole() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    return async_to_sync(whole)().decode()


def download(client, task, **parameters):
    return client.get(f"{TASKS}/{task.pk}/download", parameters)


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(response).removeprefix("\ufeff"), newline="")))


def test_lines_of_json_are_the_results_of_the_pages(client):
    task = answered(name="November, 2026")
    response = download(client, task)
    assert response["Content-Type"] == "application/jsonl"
    assert response["Content-Disposition"] == 'attachment; filename="november-2026.jsonl"'
    assert response.streaming
    pages = client.get(f"{TASKS}/{task.pk}/results").json()["results"]
    assert [json.loads(line) for line in text_of(response).splitlines()] == pages


def test_table_has_what_analysts_look_for(client):
    task = answered()
    response = download(client, task, format="csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    first, failed, waiting = rows_of(response)
    assert list(first) == list(downloads.COLUMNS)
    named = {name: first[name] for name in ("index", "custom_id", "answer", "sources", "provider", "model", "cached")}
    assert named == {
        "index": "0",
        "custom_id": "row-1",
        "answer": "因为 [1].",
        "sources": f"[1] {SOURCE['title']} {SOURCE['url']}",
        "provider": METADATA["provider"],
        "model": METADATA["model"],
        "cached": "False",
    }
    assert (first["finish_reason"], first["first_token_ms"], first["total_ms"]) == ("stop", "3.5", "9.0")
    assert (failed["status"], failed["error"], failed["attempts"]) == ("failed", "RAG_ERROR: Nobody could answer.", "3")
    assert (waiting["status"], waiting["answer"], waiting["provider"], waiting["ended_at"]) == ("pending", "", "", "")


def test_table_opens_in_spreadsheets_and_runs_no_formula(client):
    task = batch("completed")
    BatchItem.objects.update(text="=1+1", result='@SUM("a")\n- b')
    text = text_of(download(client, task, format="csv"))
    assert text.startswith("\ufeffindex,")
    row = next(csv.DictReader(io.StringIO(text, newline="")))
    assert (row["text"], row["answer"]) == ("'=1+1", '\'@SUM("a")\n- b')


def test_file_holds_one_state_where_that_is_wanted(client):
    task = batch("completed", "failed", "completed")
    assert [row["index"] for row in rows_of(download(client, task, format="csv", status="completed"))] == ["0", "2"]


@pytest.mark.parametrize(
    ("name", "file"), [("问题 2026", "%E9%97%AE%E9%A2%98-2026"), ("../etc/passwd", "etcpasswd"), ("?", "batch")]
)
def test_file_is_named_like_the_batch(client, name, file):
    header = download(client, batch("completed", name=name))["Content-Disposition"]
    assert f"{file}.jsonl" in header


@pytest.mark.parametrize("parameters", [{"format": "xlsx"}, {"status": "paused"}])
def test_wrong_parameters_are_refused(client, parameters):
    status, code, details = refusal(download(client, batch("completed"), **parameters))
    assert (status, code, details["field"]) == (400, "INVALID_MESSAGE", next(iter(parameters)))


def test_question_answered_meanwhile_is_in_the_file(client, monkeypatch):
    monkeypatch.setattr(results, "CHUNK", 1)
    task = batch("pending", "pending")
    pieces = results.every_item(results.items_of(task.pk))
    assert next(pieces).status == "pending"
    BatchItem.objects.update(status="completed")
    assert [item.status for item in pieces] == ["completed"]


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_a_piece_is_sent():
    task = batch(*["completed"] * 3)
    pieces = results.every_item(results.items_of(task.pk))
    next(pieces)
    assert connection.connection is None


def test_no_more_than_a_part_of_the_results_is_in_memory(monkeypatch):
    monkeypatch.setattr(results, "CHUNK", 20)
    task = batch(*["completed"] * 500)
    BatchItem.objects.update(result="x" * 10_000)
    pieces = downloads.FORMATS["jsonl"][1](results.every_item(results.items_of(task.pk)))
    next(pieces)
    tracemalloc.start()
    size = sum(len(piece) for piece in pieces)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 4_900_000
    assert peak < size / 5
