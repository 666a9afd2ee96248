"""What is read of a reply, however it is packed."""

import asyncio
import gzip
import time

import pytest

from providers_app.contract import ErrorReason, ProviderError
from providers_app.http import reply
from providers_app.tests.exchange import events, failure_of, lines, outcome, real, vendor_of
from providers_app.tests.local import local_vendor
from providers_app.tests.vendor import FakeVendor, sse


async def test_error_in_a_reply_with_status_200_is_explained():
    def explain(status, body):
        return ProviderError(ErrorReason.BLOCKED, may_pass=False, detail=f"{status} {body['error']}")

    fake = FakeVendor()
    stream = fake.says_json({"error": "blocked"})
    assert outcome(await failure_of(events(vendor_of(fake, explain=explain)))) == (
        ErrorReason.BLOCKED,
        False,
        "200 blocked",
    )
    assert stream.is_closed


@pytest.mark.parametrize(("kind", "body"), [("application/json", b"{}"), ("text/html", b"<html>"), ("", b"")])
async def test_reply_that_is_no_event_stream_is_malformed(kind, body):
    fake = FakeVendor()
    fake.says(body, kind=kind)
    error = await failure_of(events(vendor_of(fake)))
    assert (error.reason, error.may_pass) == (ErrorReason.MALFORMED, True)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'data: {"a": 1}\n\ndata: [DONE]\n\ndata: {"a": 2}\n\n', [{"a": 1}]),
        (b'data:{"a":1}\r\n\r\ndata: {"a":2}\r\n\r\n', [{"a": 1}, {"a": 2}]),
        (b'data: {"a":\ndata:  1}\n\n', [{"a": 1}]),
        (b': ping\n\nevent: ping\n\nid: 7\nevent: x\ndata: {"a": 1}\n\n', [{"a": 1}]),
        (b'data: {"a"\n\ngarbage\n\ndata: 5\n\ndata:\n\ndata: {"a": 2}\n\n', [{"a": 2}]),
        (b"data: \xff\n\n" + sse({"a": 1}), [{"a": 1}]),
        (b"\xef\xbb\xbf" + sse({"a": 1}), [{"a": 1}]),
        (sse({"a": "\u2028\x85\x0b"}), [{"a": "\u2028\x85\x0b"}]),
        (b"data: " + b"[" * 5_000 + b"\n\n" + sse({"a": 1}), [{"a": 1}]),
    ],
    ids=["done", "crlf", "lines", "comments", "malformed", "bytes", "mark", "separators", "nested"],
)
@pytest.mark.parametrize("size", [1, 7, 1_000_000])
async def test_event_stream_is_read(body, found, size):
    fake = FakeVendor()
    fake.says(*(body[start : start + size] for start in range(0, len(body), size)))
    assert await events(vendor_of(fake)) == found


async def test_connection_serves_again_after_the_end_of_an_event_stream():
    async def done(writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for chunk in (sse({"a": 1}, "[DONE]"), b"\n"):
            writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    async with local_vendor(done) as local, real(local.connection) as vendor:
        assert await events(vendor) == [{"a": 1}]
        assert not local.hung_up.is_set()


async def test_event_stream_that_goes_on_after_its_end_is_left():
    fake = FakeVendor()
    stream = fake.says(sse({"a": 1}, "[DONE]", {"a": 2}), asyncio.Event())
    assert await events(vendor_of(fake)) == [{"a": 1}]
    assert stream.is_closed


async def test_event_stream_is_utf_8_whatever_it_says():
    fake = FakeVendor()
    fake.says(sse({"a": "世界"}), kind="text/event-stream;charset=ISO-8859-1")
    assert await events(vendor_of(fake)) == [{"a": "世界"}]


@pytest.mark.parametrize("size", [1, 1_000_000])
async def test_lines_are_read(size):
    body = '{"a": "世\u2028界\x85"}\r\n\n  \nplain \nlast'.encode()
    fake = FakeVendor()
    fake.says(*(body[start : start + size] for start in range(0, len(body), size)), kind="application/x-ndjson")
    assert await lines(vendor_of(fake)) == ['{"a": "世\u2028界\x85"}', "plain ", "last"]


@pytest.mark.parametrize("read", [events, lines])
async def test_time_for_a_long_line_grows_with_its_length_only(read):
    async def seconds(megabytes):
        line = b'data: {"a": "' + b"x" * (megabytes * 1_000_000) + b'"}\n\n'
        fake = FakeVendor()
        fake.says(*(line[start : start + 4_096] for start in range(0, len(line), 4_096)))
        started = time.process_time()
        assert len(await read(vendor_of(fake))) == 1
        return time.process_time() - started

    short = min([await seconds(1) for _ in range(3)])
    assert min([await seconds(8) for _ in range(2)]) < 40 * short


@pytest.mark.parametrize("read", [events, lines])
async def test_reply_that_never_ends_is_too_large(read, monkeypatch):
    monkeypatch.setattr(reply, "MAX_REPLY_BYTES", 1_000_000)
    fake = FakeVendor()
    stream = fake.says(b"data: ", *[b"x" * 100_000] * 11, asyncio.Event())
    assert outcome(await failure_of(read(vendor_of(fake)))) == (ErrorReason.TOO_LARGE, False, "")
    assert stream.is_closed


async def test_compressed_reply_is_not_unpacked():
    fake = FakeVendor()
    fake.says(gzip.compress(b"{}"), kind="application/json", content_encoding="gzip")
    error = await failure_of(vendor_of(fake).call("GET", "/"))
    assert outcome(error) == (ErrorReason.MALFORMED, True, "compressed")
    assert fake.requests[0].headers["accept-encoding"] == "identity"


async def test_generators_are_closed_with_the_reply():
    fake = FakeVendor()
    stream = fake.says(sse({"a": 1}, {"a": 2}))
    async with vendor_of(fake).stream("GET", "/") as found:
        kept = found.events()
        assert await anext(kept) == {"a": 1}
    assert stream.is_closed
    with pytest.raises(StopAsyncIteration):
        await anext(kept)
