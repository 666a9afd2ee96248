"""What a service of one's own says: one JSON object a line, with its sources, usage and conversation at the end."""

CONTENT_TYPE = "application/x-ndjson"
FIRST_WORDS = b'{"content": "Hello "}\n'
GOOD: list[bytes] = [
    FIRST_WORDS,
    '{"content": "世'.encode() + b"\xe7",
    b"\x95",
    b"\x8c" + b'"}\n{"answer": "Hello ',
    '世界", "sources": [{"title": "Greetings", "text": "Hello", "url": "https://docs.example/hello"}],'.encode(),
    b' "usage": {"input_tokens": 3, "output_tokens": 2}, "metadata": {"model": "own-1"}}\n',
]
MALFORMED = b'{"content": "Hel\n'
ERROR_IN_200: bytes | None = b'{"error": {"message": "the index is away", "code": 503}}\n'
