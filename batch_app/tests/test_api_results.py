"""The results of a batch in pages."""

import pytest

from batch_app.models import BatchItem
from batch_app.tests.calls import TASKS, refusal
from batch_app.tests.rows import batch

pytestmark = pytest.mark.django_db
SOURCE = {"position": 1, "title": "Guide", "content": "Text", "url": "https://example.com", "score": 1.5}
METADATA = {
    "provider": "bot",
    "model": "m-1",
    "cached": False,
    "finish_reason": "stop",
    "latency_ms": {"first_token": 3.5, "total": 9.0},
    "suggested_questions": ["How?"],
}


def answered(**fields):
    """A batch with an answered question, one that failed, and one that waits."""
    task = batch("completed", "failed", "pending", **fields)
    answer = {"result": "因为 [1].", "sources": [SOURCE], "metadata": METADATA, "usage": {"total_tokens": 7}}
    BatchItem.objects.filter(task=task, index=0).update(
        **answer, custom_id="row-1", started_at=task.created_at, ended_at=task.created_at
    )
    error = {"code": "RAG_ERROR", "message": "Nobody could answer.", "reason": "timeout"}
    BatchItem.objects.filter(task=task, index=1).update(error=error, attempts=3)
    return task


def results(client, task, **parameters):
    return client.get(f"{TASKS}/{task.pk}/results", parameters)


def test_results_hold_all_that_is_known(client):
    task = answered()
    seen = results(client, task).json()
    moment = task.created_at.isoformat().replace("+00:00", "Z")
    assert seen["results"][0] == {
        "index": 0,
        "custom_id": "row-1",
        "text": "What is 0?",
        "status": "completed",
        "result": "因为 [1].",
        "content": "因为 [1].",
        "metadata": METADATA,
        "sources": [SOURCE],
        "usage": {"total_tokens": 7},
        "error": None,
        "attempts": 0,
        "started_at": moment,
        "ended_at": moment,
    }
    failed, waiting = seen["results"][1:]
    assert (failed["result"], failed["content"], failed["error"]["reason"], failed["attempts"]) == (
        None,
        "",
        "timeout",
        3,
    )
    assert (waiting["status"], waiting["metadata"], waiting["sources"], waiting["usage"]) == ("pending", {}, [], {})
    counts = {"total": 3, "pending": 1, "running": 0, "completed": 1, "failed": 1, "cancelled": 0, "percent": 66.7}
    assert (seen["summary"], seen["total"], seen["page"], seen["size"]) == (counts, 3, 1, 100)


def test_failure_of_the_service_names_its_line_in_the_log(client):
    task = answered()
    error = {"code": "SERVER_ERROR", "message": "Something unforeseen.", "reason": "internal", "error_id": "5f0c2a9e"}
    BatchItem.objects.filter(task=task, index=2).update(status="failed", error=error)
    first, second, third = (result["error"] for result in results(client, task).json()["results"])
    assert (first, second.keys(), third) == (None, {"code", "message", "reason"}, error)


def test_what_a_provider_says_besides_comes_along(client):
    task = answered()
    BatchItem.objects.filter(task=task, index=0).update(metadata={**METADATA, "colour": "red"})
    assert results(client, task).json()["results"][0]["metadata"]["colour"] == "red"


def test_pages_hold_every_result_once_and_end(client):
    task = batch(*["completed"] * 7)
    pages = [results(client, task, size=3, page=page).json()["results"] for page in (1, 2, 3, 4)]
    assert [[each["index"] for each in page] for page in pages] == [[0, 1, 2], [3, 4, 5], [6], []]


def test_results_in_one_state_are_counted_for_themselves(client):
    task = batch("completed", "failed", "completed", "pending")
    seen = results(client, task, status="completed", size=1, page=2).json()
    assert [each["index"] for each in seen["results"]] == [2]
    assert (seen["total"], seen["summary"]["total"]) == (2, 4)


@pytest.mark.parametrize(("field", "value"), [("page", "0"), ("size", "1001"), ("status", "paused")])
def test_wrong_parameters_are_refused(client, field, value):
    status, code, details = refusal(results(client, batch("pending"), **{field: value}))
    assert (status, code, details["field"]) == (400, "INVALID_MESSAGE", field)


def test_page_is_read_in_few_queries(client, django_assert_max_num_queries):
    task = batch(*["completed"] * 50)
    with django_assert_max_num_queries(3):
        results(client, task)
