"""Calls of the API of batches, through Django's test client."""

from typing import Any

from django.test import Client

TASKS = "/api/batch/tasks"
UNKNOWN = "0b8f7c52-63a3-4f0c-9a58-5c1f0e8f2d10"


def submit(client: Client, *texts: Any, key: str = "", **fields: Any) -> Any:
    """Submit a batch of `texts`; `fields` are those of the body, and `key` is the `Idempotency-Key`."""
    headers = {"Idempotency-Key": key} if key else {}
    body = {"name": "Questions", "texts": list(texts), **fields}
    return client.post(TASKS, body, content_type="application/json", headers=headers)


def refusal(response: Any) -> tuple[int, str, dict[str, Any]]:
    """Status, code and details of an error in the contract's shape."""
    body = response.json()
    assert set(body) == {"error", "message", "details"}
    return response.status_code, body["error"], body["details"]
