"""What Dify says, in packets that break lines and characters."""

from providers_app.tests.recorded.streams import packets, recording

CONTENT_TYPE = "text/event-stream"
GOOD: list[bytes] = packets(recording("dify.sse"), 97)
FIRST_WORDS = b'data: {"event": "message", "task_id": "t1", "message_id": "m1", "answer": "Hello "}\n\n'
MALFORMED = b'data: {"event": "message", "task_id": "t1", "answer": "Hel\n\n'
ERROR_IN_200: bytes | None = (
    b'data: {"event": "error", "task_id": "t1", "code": "completion_request_error", "status": 400,'
    b' "message": "[openai] why: Server Unavailable Error"}\n\n'
)
