"""What Gemini says, in packets that break lines and characters."""

from providers_app.tests.recorded.streams import packets, recording

CONTENT_TYPE = "text/event-stream"
GOOD: list[bytes] = packets(recording("gemini.sse"), 97)
FIRST_WORDS = b'data: {"candidates": [{"content": {"parts": [{"text": "Hello "}],"role": "model"},"index": 0}]}\r\n\r\n'
MALFORMED = b'data: {"candidates": [{"content": {"parts": [{"text": "Hel\r\n\r\n'
ERROR_IN_200: bytes | None = (
    b'data: {"error": {"code": 503,"message": "why: The model is overloaded.","status": "UNAVAILABLE"}}\r\n\r\n'
)
