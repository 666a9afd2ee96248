"""What OpenAI says, in packets that break lines and characters."""

from providers_app.tests.recorded.streams import packets, recording

CONTENT_TYPE = "text/event-stream"
GOOD: list[bytes] = packets(recording("openai.sse"), 97)
FIRST_WORDS = (
    b'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Hello "},"finish_reason":null}]}\n\n'
)
MALFORMED = b'data: {"id":"c","choices":[{"index":0,"delta":{"content":"Hel\n\n'
ERROR_IN_200: bytes | None = b'data: {"error":{"message":"why: the server is away","type":"server_error"}}\n\n'
