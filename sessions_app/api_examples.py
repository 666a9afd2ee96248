"""What the documentation of `POST /api/ask` shows; a test sends the request of it."""

from http import HTTPStatus

from providers_app.api_shapes import Refusal
from sessions_app.domain.protocol import ErrorCode
from sessions_app.domain.protocol.codes import ERROR_MEANINGS
from sessions_app.refusals import STATUSES

SESSION, ASKED = "0b8f7c52-63a3-4f0c-9a58-5c1f0e8f2d10", "6f2d1c9a-8f0e-4c3b-a1d7-2b7a5e9c4f60"
QUESTION = {"question": "What is machine learning?", "stream": False, "context": ["We talked about AI."]}
ANSWER = {
    "session_id": SESSION,
    "question_id": ASKED,
    "answer": "Machine learning finds patterns in data [1].",
    "sources": [{"position": 1, "title": "Machine learning", "content": "Patterns in data.", "url": "", "score": 9.4}],
    "provider": "knowledge",
    "model": "",
    "usage": {},
    "cached": False,
    "finish_reason": "stop",
    "latency_ms": {"detect": None, "first_token": 4.1, "total": 5.2},
}
EVENT = {
    "id": "2",
    "event": "status",
    "data": '{"type":"status","session_id":"0b8f7c52-63a3-4f0c-9a58-5c1f0e8f2d10","seq":2,"stage":"querying_rag"}',
}
REFUSALS = [
    Refusal(status, code, ERROR_MEANINGS[code], may_pass=status is HTTPStatus.SERVICE_UNAVAILABLE)
    for code, status in STATUSES.items()
    if code is not ErrorCode.SERVER_ERROR
]
