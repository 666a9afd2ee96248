"""What goes wrong in real life, with every kind that streams: their bytes are in `recorded`, a module for each kind."""

import asyncio
import math
from contextlib import aclosing
from importlib import import_module
from pkgutil import iter_modules

import httpx
import pytest

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    AnswerRestarted,
    ErrorReason,
    ProviderError,
    TextDelta,
)
from providers_app.definition import Limits
from providers_app.gateway.timing import Deadlines, in_time
from providers_app.registry import KINDS
from providers_app.tests import recorded
from providers_app.tests.vendor import FakeVendor

STREAMING = sorted(module.name for module in iter_modules(recorded.__path__) if module.name in KINDS)
OPTIONS = {kind: {"model": "m"} for kind in ("openai", "context", "gemini", "ollama")}
SECRETS = ("key-1234", "why")
"""What no error may quote: the key and the question."""


@pytest.fixture
def vendor():
    return FakeVendor()


@pytest.fixture(params=STREAMING)
def kind(request):
    return request.param


@pytest.fixture
def bytes_of(kind):
    """The kind's recorded bytes."""
    return import_module(f"{recorded.__name__}.{kind}")


async def answering(vendor: FakeVendor, kind: str, **limits):
    """The events of an answer, held to these limits as the gateway holds them."""
    provider = vendor.provider(kind, **OPTIONS.get(kind, {}))
    deadlines = Deadlines.of(Limits(**limits), math.inf)
    request = AnswerRequest("why", prompt="why", user="speaker-1")
    async with aclosing(provider.answer(request)) as events, aclosing(in_time(events, deadlines)) as timely:
        async for event in timely:
            yield event


async def said_by(vendor: FakeVendor, kind: str) -> str:
    """The text of an answer that comes to its end."""
    text, events = "", [event async for event in answering(vendor, kind)]
    for event in events:
        if isinstance(event, AnswerRestarted):
            text = ""
        elif isinstance(event, TextDelta):
            text += event.text
    assert isinstance(events[-1], AnswerEnded)
    return text


async def broken(vendor: FakeVendor, kind: str, **limits) -> tuple[str, ProviderError]:
    """What was said before an answer broke off, and the error, which quotes nothing that it should not."""
    text = ""
    with pytest.raises(ProviderError) as caught:  # noqa: PT012 - what came before is looked at too
        async for event in answering(vendor, kind, **limits):
            text += event.text if isinstance(event, TextDelta) else ""
    assert not [secret for secret in SECRETS if secret in f"{caught.value} {caught.value.detail}"]
    return text, caught.value


def test_every_kind_that_streams_is_recorded():
    assert set(STREAMING) == set(KINDS) - {"knowledge", "serper"}


async def test_recorded_answer_is_told(vendor, kind, bytes_of):
    stream = vendor.says(*bytes_of.GOOD, kind=bytes_of.CONTENT_TYPE)
    assert await said_by(vendor, kind) == "Hello 世界"
    assert stream.is_closed


@pytest.mark.parametrize("size", [1, 1_000_000])
async def test_packets_may_break_lines_and_characters(vendor, kind, bytes_of, size):
    body = b"".join(bytes_of.GOOD)
    vendor.says(*(body[start : start + size] for start in range(0, len(body), size)), kind=bytes_of.CONTENT_TYPE)
    assert await said_by(vendor, kind) == "Hello 世界"


async def test_lines_may_end_as_in_windows(vendor, kind, bytes_of):
    body = b"".join(bytes_of.GOOD).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    vendor.says(body, kind=bytes_of.CONTENT_TYPE)
    assert await said_by(vendor, kind) == "Hello 世界"


async def test_malformed_line_is_skipped(vendor, kind, bytes_of):
    vendor.says(bytes_of.MALFORMED, *bytes_of.GOOD, kind=bytes_of.CONTENT_TYPE)
    assert await said_by(vendor, kind) == "Hello 世界"


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (httpx.ConnectError("refused: key-1234"), ErrorReason.UNREACHABLE),
        (httpx.ConnectTimeout("silence: key-1234"), ErrorReason.TIMEOUT),
        (httpx.RemoteProtocolError("nonsense: key-1234"), ErrorReason.INTERRUPTED),
    ],
)
async def test_connection_that_fails_may_come_later(vendor, kind, failure, reason):
    vendor.replies.append(failure)
    text, error = await broken(vendor, kind)
    assert (text, error.reason, error.may_pass) == ("", reason, True)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (401, (ErrorReason.UNAUTHORIZED, False)),
        (404, (ErrorReason.NOT_FOUND, False)),
        (429, (ErrorReason.RATE_LIMITED, True)),
        (500, (ErrorReason.UNAVAILABLE, True)),
        (503, (ErrorReason.UNAVAILABLE, True)),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>why key-1234</html>", b'{"detail": "why key-1234"}', b"[]"])
async def test_status_alone_says_enough(vendor, kind, status, outcome, body):
    stream = vendor.says(body, status=status, kind="application/json")
    text, error = await broken(vendor, kind)
    assert (text, (error.reason, error.may_pass), error.retry_after_s) == ("", outcome, None)
    assert stream.is_closed


async def test_retry_after_is_passed_on(vendor, kind):
    vendor.says(b"{}", status=429, kind="application/json", retry_after="7")
    _text, error = await broken(vendor, kind)
    assert (error.reason, error.may_pass, error.retry_after_s) == (ErrorReason.RATE_LIMITED, True, 7)


async def test_error_in_a_reply_with_status_200_is_an_error(vendor, kind, bytes_of):
    vendor.says(bytes_of.ERROR_IN_200, kind=bytes_of.CONTENT_TYPE)
    text, error = await broken(vendor, kind)
    assert (text, error.may_pass) == ("", True)


async def test_error_after_the_first_words_is_an_error(vendor, kind, bytes_of):
    vendor.says(bytes_of.FIRST_WORDS, bytes_of.ERROR_IN_200, kind=bytes_of.CONTENT_TYPE)
    text, error = await broken(vendor, kind)
    assert (text.strip(), error.may_pass) == ("Hello", True)


async def test_page_of_a_proxy_is_no_answer(vendor, kind):
    vendor.says(b"<!doctype html><title>why</title>", kind="text/html")
    text, error = await broken(vendor, kind)
    assert (text, error.reason in {ErrorReason.MALFORMED, ErrorReason.INTERRUPTED}) == ("", True)


async def test_first_word_after_the_timeout_is_a_timeout(vendor, kind, bytes_of):
    stream = vendor.says(asyncio.Event(), kind=bytes_of.CONTENT_TYPE)
    text, error = await broken(vendor, kind, first_token_timeout_s=0.02)
    assert (text, error.reason, error.may_pass) == ("", ErrorReason.TIMEOUT, True)
    assert stream.is_closed


async def test_stall_after_the_first_words_is_a_timeout(vendor, kind, bytes_of):
    stream = vendor.says(bytes_of.FIRST_WORDS, asyncio.Event(), kind=bytes_of.CONTENT_TYPE)
    text, error = await broken(vendor, kind, between_tokens_timeout_s=0.02)
    assert (text.strip(), error.reason, error.may_pass) == ("Hello", ErrorReason.TIMEOUT, True)
    assert stream.is_closed


async def test_stream_that_is_cut_is_interrupted(vendor, kind, bytes_of):
    cut = httpx.RemoteProtocolError("peer closed connection: key-1234")
    vendor.says(bytes_of.FIRST_WORDS, cut, kind=bytes_of.CONTENT_TYPE)
    text, error = await broken(vendor, kind)
    assert (text.strip(), error.reason, error.may_pass) == ("Hello", ErrorReason.INTERRUPTED, True)


async def test_leaving_early_lets_go_of_the_vendor(vendor, kind, bytes_of):
    stream = vendor.says(bytes_of.FIRST_WORDS, asyncio.Event(), kind=bytes_of.CONTENT_TYPE)
    vendor.says(b"{}", kind="application/json")
    answer = answering(vendor, kind)
    assert (await anext(answer)).text.strip() == "Hello"
    await answer.aclose()
    assert stream.is_closed


async def test_answer_without_a_word_is_an_error(vendor, kind, bytes_of):
    vendor.says(kind=bytes_of.CONTENT_TYPE)
    text, error = await broken(vendor, kind)
    assert (text, error.reason in {ErrorReason.EMPTY, ErrorReason.INTERRUPTED, ErrorReason.MALFORMED}) == ("", True)
    assert error.may_pass


async def test_line_of_more_than_a_megabyte_is_read(vendor, kind, bytes_of):
    long = bytes_of.FIRST_WORDS.replace(b"Hello ", b"x" * 50_000 + b"\\u4e16" * 200_000)
    good = b"".join(bytes_of.GOOD)
    packets = [(long + good)[start : start + 65_536] for start in range(0, len(long + good), 65_536)]
    vendor.says(*packets, kind=bytes_of.CONTENT_TYPE)
    provider = vendor.provider(kind, **OPTIONS.get(kind, {}))
    first = await anext(provider.answer(AnswerRequest("why", prompt="why")))
    assert first == TextDelta("x" * 50_000 + "世" * 200_000)
