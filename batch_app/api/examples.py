"""What the documentation shows; a test sends every request of it."""

import json
from http import HTTPStatus
from typing import Any

from batch_app.refusals import Code
from providers_app.api_shapes import Refusal

TASK_ID = "5f0c2a9e-3d1b-4c7a-9b57-0e6d1c8f4a21"
CREATED_AT, STARTED_AT, ENDED_AT = "2026-11-21T09:00:00Z", "2026-11-21T09:00:01Z", "2026-11-21T09:00:04Z"
PROGRESS = {"total": 2, "pending": 0, "running": 1, "completed": 1, "failed": 0, "cancelled": 0, "percent": 50.0}
SUBMISSION = {
    "name": "Questions of November",
    "description": "What visitors asked",
    "texts": ["What is machine learning?", {"text": "What is deep learning?", "custom_id": "row-2"}],
    "options": {"search": False, "concurrency": 5, "priority": 1},
}
SUBMITTED = {"task_id": TASK_ID, "status": "pending", "created_at": CREATED_AT, "total_items": 2, "skipped": 0}
TASK: dict[str, Any] = {
    "task_id": TASK_ID,
    "name": "Questions of November",
    "description": "What visitors asked",
    "status": "running",
    "created_at": CREATED_AT,
    "started_at": STARTED_AT,
    "ended_at": None,
    "estimated_completion": "2026-11-21T09:00:05Z",
    "total_items": 2,
    "skipped": 0,
    "progress": PROGRESS,
    "options": {
        "provider": "",
        "search": False,
        "concurrency": 5,
        "priority": 1,
        "start_at": None,
        "after": None,
        "webhook_url": "",
    },
    "history": [{"status": "pending", "at": CREATED_AT}, {"status": "running", "at": STARTED_AT}],
    "webhook": {"outcome": "", "attempts": 0},
}
TASKS = {"tasks": [TASK], "total": 1, "page": 1, "size": 50}


def task(status: str) -> dict[str, Any]:
    """The same batch in another state."""
    return {**TASK, "status": status, "history": [*TASK["history"], {"status": status, "at": ENDED_AT}]}


RESULT: dict[str, Any] = {
    "index": 1,
    "custom_id": "row-2",
    "text": "What is deep learning?",
    "status": "completed",
    "result": "Deep learning uses networks of many layers [1].",
    "content": "Deep learning uses networks of many layers [1].",
    "metadata": {
        "provider": "knowledge",
        "model": "",
        "cached": False,
        "finish_reason": "stop",
        "latency_ms": {"first_token": 3.1, "total": 4.2},
    },
    "sources": [
        {"position": 1, "title": "Deep learning", "content": "Networks of many layers.", "url": "", "score": 9.4}
    ],
    "usage": {},
    "error": None,
    "attempts": 1,
    "started_at": STARTED_AT,
    "ended_at": ENDED_AT,
}
RESULTS = {"results": [RESULT], "total": 1, "page": 1, "size": 100, "summary": PROGRESS}
STATUS = {
    "enabled": True,
    "queue": {"pending": 0, "running": 1, "paused": 0, "limit": 100, "items_waiting": 0, "items_running": 1},
    "workers": [{"name": "celery@host", "seen_at": ENDED_AT, "is_alive": True}],
    "runs": [{"worker": "host/0", "pid": 4711, "started_at": STARTED_AT, "seen_at": ENDED_AT, "in_flight": 1}],
}
FILE = "question,id\nWhat is machine learning?,row-1\nWhat is deep learning?,row-2\n"


MULTIPART_FILE = {"file": FILE, "kind": "csv", "column": "question", "id_column": "id"}
UPLOAD = {**MULTIPART_FILE, "name": "Questions of November", "concurrency": 5}
PREVIEW = {
    "kind": "csv",
    "columns": ["question", "id"],
    "column": "question",
    "id_column": "id",
    "first_row": ["question", "id"],
    "count": 2,
    "rows": [
        {"custom_id": "row-1", "text": "What is machine learning?"},
        {"custom_id": "row-2", "text": "What is deep learning?"},
    ],
    "bad": [],
}
FILES = {
    "application/jsonl": {
        "schema": {"type": "string", "description": "On each line a result, as in its pages."},
        "example": json.dumps(RESULT) + "\n",
    },
    "text/csv": {
        "schema": {"type": "string", "description": "A header, then a line for each question."},
        "example": "\ufeffindex,custom_id,text,status,answer\r\n1,row-2,What is deep learning?,completed,Networks\r\n",
    },
}
SUBMITTED_HEADERS = {
    "Location": {"description": "The batch's path.", "schema": {"type": "string"}},
    "Idempotency-Replayed": {
        "description": "`true` where the batch is that of an earlier request with the same `Idempotency-Key`.",
        "schema": {"type": "string"},
    },
}

UNKNOWN = Refusal(HTTPStatus.NOT_FOUND, Code.TASK_NOT_FOUND, "No batch has this id.")
WRONG_STATE = Refusal(
    HTTPStatus.CONFLICT, Code.TASK_FAILED, "A batch that is completed cannot be paused.", {"status": "completed"}
)
WRONG_FIELD = Refusal(
    HTTPStatus.BAD_REQUEST,
    Code.INVALID_MESSAGE,
    "`size` must be at most 1000.",
    {
        "field": "size",
        "fields": [{"field": "size", "problem": "less_than_equal", "reason": "must be at most 1000"}],
    },
)
WRONG_LINES = Refusal(
    HTTPStatus.BAD_REQUEST,
    Code.INVALID_MESSAGE,
    "1 lines cannot be taken; `skip_invalid` takes the others.",
    {"field": "texts", "lines": [{"line": 2, "problem": "empty"}]},
)
WRONG_FILE = Refusal(
    HTTPStatus.BAD_REQUEST,
    Code.INVALID_MESSAGE,
    "The kind of a file is one of txt, csv, jsonl, or told by the end of its name: .txt, .csv, .tsv, .jsonl, .ndjson. "
    "From a spreadsheet, save as CSV.",
    {"field": "kind", "kinds": ["txt", "csv", "jsonl"]},
)
TOO_LARGE = Refusal(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.MESSAGE_TOO_LARGE,
    "The file has more than 67108864 bytes.",
    {"field": "file", "limit": 67_108_864},
)
QUEUE_FULL = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    Code.QUEUE_FULL,
    "There are 100 batches that have not ended; no more are taken until one does.",
    {"limit": 100},
    may_pass=True,
)
SUBMITTING = (
    WRONG_LINES,
    Refusal(
        HTTPStatus.CONFLICT,
        Code.TASK_FAILED,
        "A batch with this Idempotency-Key is being written just now.",
        may_pass=True,
    ),
    Refusal(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.INVALID_MESSAGE,
        "This Idempotency-Key was used for another batch.",
    ),
    QUEUE_FULL,
    Refusal(HTTPStatus.SERVICE_UNAVAILABLE, Code.SERVICE_UNAVAILABLE, "Batches are switched off (BATCH_ENABLED)."),
)
