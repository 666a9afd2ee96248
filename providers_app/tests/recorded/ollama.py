"""What Ollama says, in packets that break lines and characters."""

from providers_app.tests.recorded.streams import packets, recording

CONTENT_TYPE = "application/x-ndjson"
GOOD: list[bytes] = packets(recording("ollama.ndjson"), 97)
FIRST_WORDS = b'{"model":"llama3.2","message":{"role":"assistant","content":"Hello "},"done":false}\n'
MALFORMED = b'{"model":"llama3.2","message":{"role":"assistant","content":"Hel\n'
ERROR_IN_200: bytes | None = b'{"error":"an error was encountered while running the model: unexpected EOF"}\n'
