from typing import Any

import pytest

from providers_app.completions import root_of
from providers_app.contract import AnswerEnded, ErrorReason, ProviderError, TextDelta
from providers_app.registry import traits_of
from providers_app.tests.recorded.openai import FIRST_WORDS, MALFORMED
from providers_app.tests.recorded.streams import recording
from providers_app.tests.vendor import FakeVendor, events_of, sse

HELLO = TextDelta("Hello 世界")


def chunk(content: str | None = None, finish_reason: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish_reason}], **fields}


@pytest.mark.parametrize(
    ("base_url", "root"),
    [
        ("https://api.openai.com", "https://api.openai.com/v1"),
        ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
        ("https://openrouter.ai/api", "https://openrouter.ai/api/v1"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", "https://dashscope.aliyuncs.com/compatible-mode/v1"),
        ("https://ark.cn-beijing.volces.com/api/v3", "https://ark.cn-beijing.volces.com/api/v3"),
        (
            "https://generativelanguage.googleapis.com/v1beta/openai",
            "https://generativelanguage.googleapis.com/v1beta/openai",
        ),
        ("https://models.example/inference/chat/completions", "https://models.example/inference"),
    ],
)
def test_a_base_url_is_understood_with_and_without_its_version(base_url: str, root: str) -> None:
    assert root_of(base_url) == root


def test_presets_lead_where_the_adapter_asks() -> None:
    roots = {name: root_of(url) for name, url in traits_of("openai").presets.items()}
    assert all(root.endswith("/v1") for root in roots.values())
    assert roots["LiteLLM"] == "http://127.0.0.1:4000/v1"


async def test_reasoning_that_the_template_opens_is_left_out() -> None:
    vendor = FakeVendor()
    vendor.says(sse(chunk("They greet me.</th"), chunk("ink>\nHello 世界", "stop"), "[DONE]"))
    assert await events_of(vendor.provider("openai", model="m", opens_reasoning=True)) == [
        HELLO,
        AnswerEnded("stop", "m"),
    ]


async def test_a_server_that_does_not_stream_answers_all_the_same() -> None:
    vendor = FakeVendor()
    message = {"role": "assistant", "content": "<think>a</think>Hello 世界", "refusal": None}
    vendor.says_json(
        {"id": "c-1", "model": "m-1", "choices": [{"message": message}], "usage": {"prompt_tokens": 1, "x": 2}}
    )
    assert await events_of(vendor.provider("openai", model="m")) == [
        HELLO,
        AnswerEnded("stop", "m-1", {"prompt_tokens": 1}, message_id="c-1"),
    ]


async def test_chunks_that_are_none_are_skipped() -> None:
    vendor = FakeVendor()
    odd = [{"choices": None}, {"choices": [{}]}, {"choices": "x"}, {"choices": [{"delta": {"content": 1}}]}, "5", "x"]
    vendor.says(MALFORMED, sse(*odd, chunk("Hello 世界"), "[DONE]"))
    assert await events_of(vendor.provider("openai", model="m")) == [HELLO, AnswerEnded("stop", "m")]


async def failure_of(vendor: FakeVendor, **options: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await events_of(vendor.provider("openai", model="m", **options))
    return caught.value


CUT = [
    ([FIRST_WORDS], ErrorReason.INTERRUPTED, True),
    ([recording("openrouter_error.sse")], ErrorReason.UNAVAILABLE, True),
    ([sse(chunk("Hello ", "insufficient_system_resource"))], ErrorReason.INTERRUPTED, True),
    ([sse(chunk("", "content_filter"), "[DONE]")], ErrorReason.BLOCKED, False),
    ([sse(chunk("<think>a", "length"), "[DONE]")], ErrorReason.EMPTY, False),
    ([b'event: error\ndata: {"error":"why: context the overflows"}\n\n'], ErrorReason.UNAVAILABLE, True),
    ([sse({"error": {"code": 400, "type": "exceed_context_size_error"}})], ErrorReason.TOO_LONG, False),
]


@pytest.mark.parametrize(("pieces", "reason", "may_pass"), CUT)
async def test_a_stream_that_breaks_off_is_an_error(pieces: list[bytes], reason: ErrorReason, may_pass: bool) -> None:
    vendor = FakeVendor()
    stream = vendor.says(*pieces)
    error = await failure_of(vendor)
    assert (error.reason, error.may_pass) == (reason, may_pass)
    assert stream.is_closed


WHOLE = [
    ({"error": {"message": "why", "code": 429}}, ErrorReason.RATE_LIMITED),
    ({"choices": []}, ErrorReason.MALFORMED),
    ({"status": "ok"}, ErrorReason.MALFORMED),
    ([], ErrorReason.MALFORMED),
    ({"object": "error", "message": "why", "code": 401}, ErrorReason.UNAUTHORIZED),
]


@pytest.mark.parametrize(("body", "reason"), WHOLE)
async def test_status_200_with_no_answer_is_an_error(body: Any, reason: ErrorReason) -> None:
    vendor = FakeVendor()
    vendor.says_json(body)
    assert (await failure_of(vendor)).reason is reason


UNSUPPORTED = (
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
)
REFUSED = [
    (
        {
            "message": UNSUPPORTED,
            "type": "invalid_request_error",
            "param": "max_tokens",
            "code": "unsupported_parameter",
        },
        "HTTP 400 unsupported_parameter: max_tokens is refused; name the limit max_completion_tokens",
    ),
    (
        {"message": UNSUPPORTED, "code": "invalid_request_body"},
        "HTTP 400 invalid_request_body: max_tokens is refused; name the limit max_completion_tokens",
    ),
    (
        {"message": "Unrecognized request argument supplied: max_completion_tokens", "type": "invalid_request_error"},
        "HTTP 400 invalid_request_error: max_completion_tokens is refused; name the limit max_tokens",
    ),
    (
        {"message": "x", "param": "temperature", "code": "unsupported_value"},
        "HTTP 400 unsupported_value: temperature is refused; leave it empty",
    ),
    (
        {"message": "max_tokens is too large: 50000.", "param": "max_tokens", "code": "invalid_value"},
        "HTTP 400 invalid_value",
    ),
]


@pytest.mark.parametrize(("error", "detail"), REFUSED)
async def test_a_refused_parameter_comes_with_what_mends_it(error: dict[str, Any], detail: str) -> None:
    vendor = FakeVendor()
    vendor.says_json({"error": error}, status=400)
    found = await failure_of(vendor)
    assert (found.reason, found.may_pass, found.detail) == (ErrorReason.REJECTED, False, detail)


async def test_a_used_up_quota_is_no_rate_limit() -> None:
    vendor = FakeVendor()
    vendor.says_json({"error": {"code": "insufficient_quota"}}, status=429, retry_after="3")
    error = await failure_of(vendor)
    assert (error.reason, error.may_pass) == (ErrorReason.QUOTA_EXCEEDED, False)
