from typing import Any

import pytest

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    ErrorReason,
    ProviderError,
    Source,
    SourcesFound,
    TextDelta,
    Turn,
)
from providers_app.tests.recorded.gemini import FIRST_WORDS, GOOD, MALFORMED
from providers_app.tests.recorded.streams import recording
from providers_app.tests.vendor import FakeVendor, events_of, sse

REDIRECT = "https://vertexaisearch.cloud.google.com/grounding-api-redirect"


async def test_a_stream_is_read_without_its_thoughts() -> None:
    vendor = FakeVendor()
    vendor.says(*GOOD)
    usage = {"prompt_tokens": 9, "completion_tokens": 25, "total_tokens": 34}
    assert await events_of(vendor.provider("gemini")) == [
        TextDelta("Hello "),
        TextDelta("世界"),
        AnswerEnded("stop", "gemini-2.5-flash", usage, message_id="0yYfadKbI5qzvdIP-q2Q0A4"),
    ]


async def test_pages_that_google_found_are_sources() -> None:
    vendor = FakeVendor()
    vendor.says(recording("gemini_search.sse"))
    usage = {"prompt_tokens": 10, "completion_tokens": 8, "total_tokens": 18}
    assert await events_of(vendor.provider("gemini", searches_google=True)) == [
        TextDelta("Spain won "),
        SourcesFound(
            (
                Source(1, "uefa.com", "", f"{REDIRECT}/AUZIYQ"),
                Source(2, "aljazeera.com", "", f"{REDIRECT}/BVZIYQ"),
            )
        ),
        TextDelta("Euro 2024."),
        AnswerEnded("stop", "gemini-2.5-flash", usage, message_id="1yYfaY"),
    ]
    assert vendor.bodies == [
        {"contents": [{"role": "user", "parts": [{"text": "why"}]}], "tools": [{"google_search": {}}]}
    ]


async def test_a_request_is_in_geminis_words() -> None:
    vendor = FakeVendor()
    vendor.says(*GOOD)
    provider = vendor.provider(
        "gemini", model="models/gemini-2.5-pro", temperature=0.2, max_answer_tokens=9, thinking_budget=0
    )
    await events_of(provider, instructions="Be brief.", history=(Turn("who", "I"),), prompt="[1] Text")
    url = "https://vendor.example/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse"
    assert str(vendor.requests[0].url) == url
    assert vendor.requests[0].headers["x-goog-api-key"] == "key-1234"
    assert vendor.bodies == [
        {
            "systemInstruction": {"parts": [{"text": "Be brief."}]},
            "contents": [
                {"role": "user", "parts": [{"text": "who"}]},
                {"role": "model", "parts": [{"text": "I"}]},
                {"role": "user", "parts": [{"text": "[1] Text"}]},
            ],
            "generationConfig": {
                "temperature": 0.2,
                "maxOutputTokens": 9,
                "thinkingConfig": {"thinkingBudget": 0},
            },
        }
    ]


@pytest.mark.parametrize("base_url", ["https://vendor.example", "https://vendor.example/v1beta/"])
async def test_a_check_asks_for_the_model(base_url: str) -> None:
    vendor = FakeVendor()
    vendor.says_json({"name": "models/gemini-flash-latest"})
    await vendor.provider("gemini", base_url).check()
    assert str(vendor.requests[0].url) == "https://vendor.example/v1beta/models/gemini-flash-latest"


def candidate(text: str = "", reason: str = "") -> dict[str, Any]:
    content = {"content": {"parts": [{"text": text}], "role": "model"}} if text else {}
    return {"candidates": [content | ({"finishReason": reason} if reason else {})]}


@pytest.mark.parametrize(
    ("reason", "finish_reason"),
    [
        ("STOP", "stop"),
        ("MAX_TOKENS", "length"),
        ("SAFETY", "content_filter"),
        ("RECITATION", "content_filter"),
        ("PROHIBITED_CONTENT", "content_filter"),
        ("OTHER", "stop"),
    ],
)
async def test_an_answer_ends_for_the_reason_that_gemini_names(reason: str, finish_reason: str) -> None:
    vendor = FakeVendor()
    vendor.says(MALFORMED, sse({"candidates": "x"}, candidate("Hello"), candidate(reason=reason)))
    assert await events_of(vendor.provider("gemini", model="m")) == [
        TextDelta("Hello"),
        AnswerEnded(finish_reason, "m"),
    ]


def quota(*details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"code": 429, "message": "why", "status": "RESOURCE_EXHAUSTED", "details": list(details)}}


RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}
DAILY = {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    "violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}],
}
FAILED = [
    (recording("gemini_blocked.sse"), ErrorReason.BLOCKED, False, "blockReason PROHIBITED_CONTENT"),
    (sse(candidate(reason="SAFETY")), ErrorReason.BLOCKED, False, "content_filter"),
    (sse(candidate(reason="MAX_TOKENS")), ErrorReason.EMPTY, False, "all tokens went into reasoning; allow more"),
    (FIRST_WORDS, ErrorReason.INTERRUPTED, True, "the reply ended before the answer"),
    (sse(quota(RETRY)), ErrorReason.RATE_LIMITED, True, "HTTP 429 RESOURCE_EXHAUSTED"),
]


@pytest.mark.parametrize(("body", "reason", "may_pass", "detail"), FAILED)
async def test_no_answer_is_an_error(body: bytes, reason: ErrorReason, may_pass: bool, detail: str) -> None:
    vendor = FakeVendor()
    stream = vendor.says(body)
    error = await failure_of(vendor)
    assert (error.reason, error.may_pass, error.detail) == (reason, may_pass, detail)
    assert stream.is_closed


REFUSED = [
    (429, quota(RETRY), ErrorReason.RATE_LIMITED, True, 34.5),
    (429, quota(RETRY, DAILY), ErrorReason.QUOTA_EXCEEDED, False, None),
    (429, quota(), ErrorReason.RATE_LIMITED, True, None),
    (503, {"error": {"code": 503, "status": "UNAVAILABLE"}}, ErrorReason.UNAVAILABLE, True, None),
    (404, [{"error": {"code": 404, "status": "NOT_FOUND"}}], ErrorReason.NOT_FOUND, False, None),
    (400, {"error": {"code": 400, "status": "FAILED_PRECONDITION"}}, ErrorReason.REJECTED, False, None),
]


@pytest.mark.parametrize(("status", "body", "reason", "may_pass", "after_s"), REFUSED)
async def test_an_error_says_whether_and_when_it_passes(
    status: int, body: Any, reason: ErrorReason, may_pass: bool, after_s: float | None
) -> None:
    vendor = FakeVendor()
    vendor.says_json(body, status=status)
    error = await failure_of(vendor)
    assert (error.reason, error.may_pass, error.retry_after_s) == (reason, may_pass, after_s)


async def failure_of(vendor: FakeVendor) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        async for _event in vendor.provider("gemini").answer(AnswerRequest("why")):
            pass
    return caught.value


async def test_without_a_key_nothing_is_sent() -> None:
    vendor = FakeVendor()
    with pytest.raises(ProviderError) as caught:
        await events_of(vendor.provider("gemini", key=""))
    assert (caught.value.reason, caught.value.may_pass, vendor.requests) == (ErrorReason.KEY_MISSING, False, [])
