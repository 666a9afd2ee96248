"""A vendor with OpenAI's wire format and a steady pace: `python -m bench.gateway.vendor PORT`."""

import asyncio
import json
import sys

import uvloop

FIRST_TOKEN_S = 0.1
BETWEEN_TOKENS_S = 0.05
TOKENS = 60
BRIEF, BRIEF_TOKENS = b"briefly", 3
"""The word in a question that asks for a short answer, and how many tokens that has."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
MODELS = b'{"object":"list","data":[{"id":"bench","object":"model","created":1,"owned_by":"bench"}]}'


def _chunk(delta: dict[str, str], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    data = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": "bench",
        "choices": [choice],
    }
    return _framed(f"data: {json.dumps(data)}\n\n".encode())


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


WORD = _chunk({"role": "assistant", "content": "word "})
END = _chunk({}, "stop") + _framed(b"data: [DONE]\n\n") + b"0\r\n\r\n"


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            body = await reader.readexactly(length)
            if head.startswith(b"get"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ")
                writer.write(b"%d\r\n\r\n%b" % (len(MODELS), MODELS))
                continue
            await asyncio.sleep(FIRST_TOKEN_S)
            writer.write(HEAD + WORD)
            for _ in range((BRIEF_TOKENS if BRIEF in body else TOKENS) - 1):
                await asyncio.sleep(BETWEEN_TOKENS_S)
                writer.write(WORD)
            writer.write(END)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
