"""The document of the HTTP API: every request that it shows is sent, and every answer and example fits its schema."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from channels.db import database_sync_to_async
from django.test import Client
from jsonschema_rs import Draft202012Validator

from batch_app.api.examples import TASK_ID
from batch_app.models import BatchItem
from batch_app.tests.rows import batch
from rtrag_site.api import api

DOCUMENT = api.get_openapi_schema()
OPERATIONS = {
    each["operationId"]: (method, path, each)
    for path, methods in DOCUMENT["paths"].items()
    for method, each in methods.items()
}
JSON, MULTIPART = "application/json", "multipart/form-data"
STATES = {"resume_batch": "paused", "retry_batch": "failed"}
"""In which state a batch must be for an operation; for all others it runs."""


def fits(schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with the value."""
    whole = {**schema, "components": DOCUMENT["components"]}
    return [each.message for each in Draft202012Validator(whole, validate_formats=True).iter_errors(value)]


def request_of(method: str, path: str, operation: dict[str, Any]) -> httpx.Request:
    """The request that the document shows."""
    shown: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
    for parameter in operation["parameters"]:
        shown[parameter["in"]][parameter["name"]] = str(parameter["example"])
    body: dict[str, Any] = {}
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if media_type == MULTIPART:
            fields = dict(content["example"])
            body = {"files": {"file": ("list.csv", fields.pop("file"))}, "data": fields}
        else:
            body = {"json": content["example"]}
    url = f"http://localhost{path.format(**shown['path'])}"
    return httpx.Request(method, url, params=shown["query"], headers=shown["header"], **body)


def have_batch(operation_id: str) -> None:
    """The batch of the examples, with a question in every state that it may have."""
    task = batch("completed", "failed", "pending", pk=TASK_ID, status=STATES.get(operation_id, "running"))
    source = {"position": 1, "title": "Guide", "content": "Text", "url": "", "score": None}
    metadata = {"provider": "bot", "model": "", "latency_ms": {"first_token": None, "total": 3.5}}
    BatchItem.objects.filter(task=task, index=0).update(
        result="Because.", sources=[source], metadata=metadata, usage={"total_tokens": 7}
    )
    failure = {"code": "RAG_ERROR", "message": "Nobody could answer.", "reason": "timeout"}
    BatchItem.objects.filter(task=task, index=1).update(error=failure)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("operation_id", OPERATIONS)
async def test_example_of_a_request_is_answered_as_documented(api_client, scripted, operation_id):
    await database_sync_to_async(have_batch)(operation_id)
    method, path, operation = OPERATIONS[operation_id]
    response = await api_client.send(request_of(method, path, operation))
    documented = operation["responses"][response.status_code]
    assert response.is_success, response.text
    content = documented["content"][response.headers["content-type"].partition(";")[0]]
    value = response.json() if response.headers["content-type"].startswith(JSON) else response.text
    assert fits(content["schema"], value) == []


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every content of a request or a response, with a name for it."""
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"request {media_type}", content
    for status, response in operation["responses"].items():
        for media_type, content in response["content"].items():
            yield f"{int(status)} {media_type}", content


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_everything_has_an_example_that_fits(operation_id):
    operation = OPERATIONS[operation_id][2]
    assert operation["summary"]
    assert operation["description"]
    for parameter in operation["parameters"]:
        assert parameter["description"]
        assert fits(parameter["schema"], parameter["example"]) == []
    for name, content in contents(operation):
        examples = [each["value"] for each in content.get("examples", {}).values()] or [content["example"]]
        assert [(name, problem) for each in examples for problem in fits(content["schema"], each)] == []


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_refusal_has_the_shape_of_the_contract(operation_id):
    for status, response in OPERATIONS[operation_id][2]["responses"].items():
        if status >= 400:
            assert response["content"][JSON]["schema"] == {"$ref": "#/components/schemas/ErrorOut"}
            assert [each["value"]["error"] for each in response["content"][JSON]["examples"].values()]


def test_document_is_served_as_it_is_made(client: Client) -> None:
    served = client.get("/api/openapi.json").json()
    assert {(path, method) for path, methods in served["paths"].items() for method in methods} == {
        (path, method) for method, path, _ in OPERATIONS.values()
    }
    answers = served["paths"]["/api/ask"]["post"]["responses"]
    assert {"200", "400", "403", "404", "409", "413", "500", "502", "503"} == set(answers)
    assert set(answers["200"]["content"]) == {JSON, "text/event-stream"}


def test_an_answer_that_does_not_fit_is_noticed() -> None:
    assert fits({"$ref": "#/components/schemas/TaskOut"}, {"status": "asleep"})
