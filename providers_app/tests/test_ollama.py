from typing import Any

import msgspec
import pytest

from providers_app.contract import AnswerEnded, ErrorReason, ProviderError, TextDelta, Turn
from providers_app.registry import traits_of
from providers_app.tests.recorded.ollama import CONTENT_TYPE, ERROR_IN_200, FIRST_WORDS, GOOD, MALFORMED
from providers_app.tests.vendor import FakeVendor, events_of


def line(content: str = "", **fields: Any) -> bytes:
    return msgspec.json.encode({"message": {"role": "assistant", "content": content}, "done": False} | fields) + b"\n"


async def test_a_stream_is_read_without_its_thinking() -> None:
    vendor = FakeVendor()
    vendor.says(*GOOD, kind=CONTENT_TYPE)
    usage = {"prompt_tokens": 16, "completion_tokens": 12, "total_tokens": 28}
    assert await events_of(vendor.provider("ollama")) == [
        TextDelta("Hello"),
        TextDelta(" 世界"),
        AnswerEnded("stop", "qwen3:8b", usage),
    ]


async def test_thinking_inside_the_content_is_left_out() -> None:
    vendor = FakeVendor()
    said = (
        line("<think>They"),
        MALFORMED,
        b"[]\n",
        line(" greet</think>\n\nHello"),
        line(done=True, done_reason="length"),
    )
    vendor.says(*said, kind=CONTENT_TYPE)
    assert await events_of(vendor.provider("ollama")) == [TextDelta("Hello"), AnswerEnded("length", "llama3.2")]


async def test_a_request_sets_the_context_window() -> None:
    vendor = FakeVendor()
    vendor.says(*GOOD, kind=CONTENT_TYPE)
    await events_of(vendor.provider("ollama", key=""), history=(Turn("who", "I"),))
    assert str(vendor.requests[0].url) == "https://vendor.example/api/chat"
    assert "authorization" not in vendor.requests[0].headers
    assert vendor.bodies == [
        {
            "model": "llama3.2",
            "messages": [
                {"role": "user", "content": "who"},
                {"role": "assistant", "content": "I"},
                {"role": "user", "content": "why"},
            ],
            "stream": True,
            "options": {"num_ctx": 8192},
        }
    ]


@pytest.mark.parametrize(("keep_alive", "sent"), [("10m", "10m"), ("-1", -1), ("300", 300)])
async def test_every_option_reaches_the_server(keep_alive: str, sent: Any) -> None:
    vendor = FakeVendor()
    vendor.says(*GOOD, kind=CONTENT_TYPE)
    provider = vendor.provider(
        "ollama",
        model="qwen3:8b",
        temperature=0.1,
        max_answer_tokens=7,
        context_tokens=4096,
        keep_alive=keep_alive,
        think="off",
    )
    await events_of(provider)
    assert vendor.requests[0].headers["authorization"] == "Bearer key-1234"
    assert vendor.bodies == [
        {
            "model": "qwen3:8b",
            "messages": [{"role": "user", "content": "why"}],
            "stream": True,
            "options": {"num_ctx": 4096, "num_predict": 7, "temperature": 0.1},
            "keep_alive": sent,
            "think": False,
        }
    ]


NOT_FOUND = {"error": 'model "x; rm -rf /" not found, try pulling it first'}


@pytest.mark.parametrize(("model", "named"), [("hf.co/a/b:Q4_K", "hf.co/a/b:Q4_K"), ("x; rm -rf /", "…")])
async def test_a_missing_model_comes_with_the_command_that_pulls_it(model: str, named: str) -> None:
    vendor = FakeVendor()
    vendor.says_json(NOT_FOUND, status=404)
    error = await failure_of(vendor, model=model)
    assert (error.reason, error.may_pass, error.detail) == (ErrorReason.NOT_FOUND, False, f"ollama pull {named}")


FAILED = [
    (200, ERROR_IN_200, ErrorReason.UNAVAILABLE, True),
    (200, FIRST_WORDS + (ERROR_IN_200 or b""), ErrorReason.UNAVAILABLE, True),
    (200, FIRST_WORDS, ErrorReason.INTERRUPTED, True),
    (200, MALFORMED + b"[" * 10_000 + b"\n", ErrorReason.MALFORMED, True),
    (400, b'{"error":"the input length exceeds the context length"}', ErrorReason.TOO_LONG, False),
    (500, b'{"error":"model requires more system memory (9 GiB) than is available"}', ErrorReason.UNAVAILABLE, True),
]


@pytest.mark.parametrize(("status", "body", "reason", "may_pass"), FAILED)
async def test_no_answer_is_an_error(status: int, body: bytes, reason: ErrorReason, may_pass: bool) -> None:
    vendor = FakeVendor()
    stream = vendor.says(body, status=status, kind=CONTENT_TYPE)
    error = await failure_of(vendor)
    assert (error.reason, error.may_pass) == (reason, may_pass)
    assert stream.is_closed


@pytest.mark.parametrize("name", ["llama3.2:latest", "llama3.2"])
async def test_a_check_finds_the_model(name: str) -> None:
    vendor = FakeVendor()
    vendor.says_json({"models": [{"name": "qwen3:8b", "size": 1}, {"name": name, "size": 1}]})
    await vendor.provider("ollama").check()
    assert str(vendor.requests[0].url) == "https://vendor.example/api/tags"


@pytest.mark.parametrize(
    ("body", "reason", "detail"),
    [
        ({"models": [{"name": "llama3.2:1b"}]}, ErrorReason.NOT_FOUND, "ollama pull llama3.2"),
        ({"models": "x"}, ErrorReason.MALFORMED, "no list of models"),
    ],
)
async def test_a_check_misses_the_model(body: Any, reason: ErrorReason, detail: str) -> None:
    vendor = FakeVendor()
    vendor.says_json(body)
    with pytest.raises(ProviderError) as caught:
        await vendor.provider("ollama").check()
    assert (caught.value.reason, caught.value.detail) == (reason, detail)


@pytest.mark.parametrize("keep_alive", ["ever", "10 m", "m"])
def test_a_time_that_is_none_is_refused(keep_alive: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"keep_alive": keep_alive}, traits_of("ollama").options)


async def failure_of(vendor: FakeVendor, **options: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await events_of(vendor.provider("ollama", **options))
    return caught.value
