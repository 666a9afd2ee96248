import asyncio
import gzip
import json
import time
import traceback
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from providers_app.addresses import AddressPolicy, GuardedTransport
from providers_app.contract import ErrorReason, ProviderError
from providers_app.definition import Connection
from providers_app.http import Vendor, reply, retry_after_s
from providers_app.tests.local import local_vendor, self_signed
from providers_app.tests.test_addresses import resolve_to
from providers_app.tests.vendor import FakeVendor, sse

KEY = "key-that-nobody-may-see"
HEADERS = {"Authorization": f"Bearer {KEY}"}
EVENT_STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


def vendor_of(fake: FakeVendor, base_url: str = "https://vendor.example/v1", **options) -> Vendor:
    client = httpx.AsyncClient(transport=httpx.MockTransport(fake._reply))
    return Vendor(Connection("fake", base_url), client, headers=HEADERS, **options)


@asynccontextmanager
async def real(connection: Connection, headers: dict[str, str] = HEADERS):
    """The way to a vendor through real sockets."""
    async with httpx.AsyncClient(transport=GuardedTransport(AddressPolicy.of(["127.0.0.1"]))) as client:
        yield Vendor(connection, client, headers=headers)


async def events(vendor: Vendor) -> list[Any]:
    async with vendor.stream("POST", "/answer", json={}) as found:
        return [event async for event in found.events()]


async def lines(vendor: Vendor) -> list[Any]:
    async with vendor.stream("POST", "/answer", json={}) as found:
        return [line async for line in found.lines()]


async def failure_of(exchange) -> ProviderError:
    """The error of an exchange, which quotes the key nowhere."""
    with pytest.raises(ProviderError) as caught:
        await exchange
    error = caught.value
    assert KEY not in "".join(traceback.format_exception(error)) + error.detail
    return error


def outcome(error: ProviderError) -> tuple[ErrorReason, bool, str]:
    return error.reason, error.may_pass, error.detail


# --- connections ------------------------------------------------------------------------------------------------------
async def test_refused_connection_is_an_unreachable_vendor():
    async with local_vendor(None) as local:
        pass
    async with real(local.connection) as vendor:
        assert outcome(await failure_of(vendor.call("GET", "/"))) == (ErrorReason.UNREACHABLE, True, "")


async def test_name_that_leads_nowhere_is_an_unknown_host(monkeypatch):
    resolve_to(monkeypatch)
    async with real(Connection("gone", "https://vendor.example")) as vendor:
        assert outcome(await failure_of(vendor.call("GET", "/"))) == (ErrorReason.UNKNOWN_HOST, True, "")


async def test_private_address_is_refused(monkeypatch):
    resolve_to(monkeypatch, "10.0.0.1")
    async with real(Connection("inside", "https://vendor.example")) as vendor:
        assert outcome(await failure_of(vendor.call("GET", "/"))) == (ErrorReason.ADDRESS_REFUSED, False, "")


async def test_certificate_that_nobody_vouches_for_is_insecure(tmp_path):
    async with local_vendor(None, self_signed(tmp_path)) as local, real(local.connection) as vendor:
        error = await failure_of(vendor.call("GET", "/"))
    assert outcome(error) == (ErrorReason.INSECURE, False, "self-signed certificate")


async def test_server_that_speaks_no_tls_is_insecure():
    async def plain(writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with local_vendor(plain) as local, real(local.connection_over_tls) as vendor:
        error = await failure_of(vendor.call("GET", "/"))
    assert outcome(error) == (ErrorReason.INSECURE, False, "WRONG_VERSION_NUMBER")


async def test_silence_while_connecting_is_a_timeout():
    async with local_vendor(None, connect_timeout_s=0.05) as local, real(local.connection_over_tls) as vendor:
        assert outcome(await failure_of(vendor.call("GET", "/"))) == (ErrorReason.TIMEOUT, True, "ConnectTimeout")


async def test_call_that_is_not_answered_ends_in_a_timeout():
    async with local_vendor(None) as local, real(local.connection) as vendor:
        assert outcome(await failure_of(vendor.call("GET", "/", timeout_s=0.05))) == (ErrorReason.TIMEOUT, True, "")


async def test_busy_pool_is_an_overload(monkeypatch):
    monkeypatch.setattr("providers_app.addresses.MAX_CONNECTIONS", 1)
    async with local_vendor(None, connect_timeout_s=0.05) as local, real(local.connection) as vendor:
        first = asyncio.create_task(vendor.call("GET", "/"))
        await local.connected.wait()
        error = await failure_of(vendor.call("GET", "/"))
        first.cancel()
        await asyncio.wait([first])
    assert outcome(error) == (ErrorReason.OVERLOADED, True, "")


async def test_cut_stream_is_interrupted():
    async def cut(writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        writer.write(b'13\r\ndata: {"a": 1}\n\n\n\n\r\n')
        await writer.drain()
        writer.close()

    async with local_vendor(cut) as local, real(local.connection) as vendor, vendor.stream("GET", "/") as found:
        events = found.events()
        assert await anext(events) == {"a": 1}
        error = await failure_of(anext(events))
    assert outcome(error) == (ErrorReason.INTERRUPTED, True, "RemoteProtocolError")


async def endless(writer):
    writer.write(EVENT_STREAM + sse({"a": 1}))


async def test_reader_who_leaves_early_hangs_up():
    async with local_vendor(endless) as local, real(local.connection) as vendor:
        async with vendor.stream("GET", "/") as found:
            async for event in found.events():
                assert event == {"a": 1}
                break
        await asyncio.wait_for(local.hung_up.wait(), 5)


async def test_cancelled_reader_hangs_up():
    async with local_vendor(endless) as local, real(local.connection) as vendor:
        reading = asyncio.create_task(events(vendor))
        await local.connected.wait()
        reading.cancel()
        await asyncio.wait([reading])
        await asyncio.wait_for(local.hung_up.wait(), 5)


async def test_cancelling_while_connecting_hangs_up():
    async with local_vendor(None) as local, real(local.connection_over_tls) as vendor:
        connecting = asyncio.create_task(vendor.call("GET", "/"))
        await local.connected.wait()
        connecting.cancel()
        await asyncio.wait([connecting])
        await asyncio.wait_for(local.hung_up.wait(), 5)


async def test_connection_serves_again_after_a_reply_was_read():
    async def hello(writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    async with local_vendor(hello) as local, real(local.connection) as vendor:
        assert await vendor.call("GET", "/") == {}
        assert not local.hung_up.is_set()


# --- statuses ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "reason", "may_pass"),
    [
        (400, ErrorReason.REJECTED, False),
        (401, ErrorReason.UNAUTHORIZED, False),
        (402, ErrorReason.QUOTA_EXCEEDED, False),
        (403, ErrorReason.UNAUTHORIZED, False),
        (404, ErrorReason.NOT_FOUND, False),
        (408, ErrorReason.TIMEOUT, True),
        (413, ErrorReason.TOO_LONG, False),
        (429, ErrorReason.RATE_LIMITED, True),
        (500, ErrorReason.UNAVAILABLE, True),
        (503, ErrorReason.UNAVAILABLE, True),
    ],
)
async def test_status_says_why_and_whether_it_may_pass(status, reason, may_pass):
    fake = FakeVendor()
    stream = fake.says(b"<html>", KEY.encode(), status=status, kind="text/html")
    error = await failure_of(vendor_of(fake).call("GET", "/"))
    assert outcome(error) == (reason, may_pass, f"HTTP {status}")
    assert error.retry_after_s is None
    assert stream.is_closed


async def test_retry_after_in_seconds_is_kept():
    fake = FakeVendor()
    fake.says_json({}, status=429, retry_after="7")
    assert (await failure_of(vendor_of(fake).call("GET", "/"))).retry_after_s == 7


async def test_retry_after_as_a_date_is_kept():
    fake = FakeVendor()
    fake.says_json({}, status=503, retry_after=format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True))
    delay_s = (await failure_of(vendor_of(fake).call("GET", "/"))).retry_after_s
    assert delay_s is not None
    assert 80 < delay_s <= 90


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0.5", 0.5), ("-3", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("", None), ("soon", None), ("inf", None)],
)
def test_retry_after_is_read(header, seconds):
    assert retry_after_s(header) == seconds


async def test_vendor_explains_its_own_errors():
    def explain(status, body):
        return ProviderError(ErrorReason.QUOTA_EXCEEDED, may_pass=False, detail=f"{status} {body['code']}")

    fake = FakeVendor()
    fake.says_json({"code": "no_money"}, status=429, retry_after="1")
    error = await failure_of(vendor_of(fake, explain=explain).call("GET", "/"))
    assert (outcome(error), error.retry_after_s) == ((ErrorReason.QUOTA_EXCEEDED, False, "429 no_money"), 1)


async def test_endless_error_is_not_read_to_its_end():
    fake = FakeVendor()
    never = asyncio.Event()
    fake.says(b"x" * 100_000, never, status=500)
    assert (await failure_of(vendor_of(fake).call("GET", "/"))).reason is ErrorReason.UNAVAILABLE


async def test_no_content_is_none():
    fake = FakeVendor()
    fake.says(status=204)
    assert await vendor_of(fake).call("DELETE", "/") is None


# --- what cannot be sent ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", [f"{KEY}\r\nx: y", f"{KEY}\u4f60", f"{KEY}\x00"])
async def test_key_that_no_header_can_hold_is_malformed_and_not_quoted(key):
    headers = {"Authorization": f"Bearer {key}"}
    async with local_vendor(None) as local, real(local.connection, headers) as vendor:
        error = await failure_of(vendor.call("GET", "/"))
    assert (error.reason, error.may_pass) == (ErrorReason.MALFORMED, False)


@pytest.mark.parametrize("base_url", ["", "ftp://vendor.example", "http://[::1", "http://vendor.example:port"])
async def test_malformed_base_url_is_an_error(base_url):
    async with real(Connection("odd", base_url)) as vendor:
        error = await failure_of(vendor.call("GET", "/"))
    assert (error.reason, error.may_pass) == (ErrorReason.MALFORMED, False)


# --- replies ----------------------------------------------------------------------------------------------------------
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


# --- redirects --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("method", "base_url", "status", "location"),
    [
        ("POST", "https://vendor.example", 307, "https://vendor.example/new/answer"),
        ("POST", "https://vendor.example", 308, "/new/answer"),
        ("GET", "https://vendor.example", 302, "/new/answer"),
        ("POST", "http://vendor.example", 308, "https://vendor.example/new/answer"),
    ],
)
async def test_redirect_of_the_same_vendor_is_followed(method, base_url, status, location):
    fake = FakeVendor()
    fake.says(status=status, location=location)
    fake.says_json({"a": 1})
    body = {"q": 1} if method == "POST" else None
    assert await vendor_of(fake, base_url).call(method, "/answer", json=body) == {"a": 1}
    second = fake.requests[1]
    assert (second.method, second.url.path) == (method, "/new/answer")
    assert second.headers["authorization"] == f"Bearer {KEY}"
    assert second.content == (json.dumps(body, separators=(",", ":")).encode() if body else b"")


@pytest.mark.parametrize(
    ("status", "location"),
    [
        (307, "https://other.example/answer"),
        (307, "https://vendor.example.other.example/answer"),
        (307, "https://vendor.example:8443/answer"),
        (307, "http://vendor.example/answer"),
        (307, "http://169.254.169.254/latest/meta-data"),
        (301, "https://vendor.example/new"),
        (302, "https://vendor.example/new"),
        (303, "https://vendor.example/new"),
    ],
)
async def test_redirect_to_another_place_or_method_is_refused(status, location):
    fake = FakeVendor()
    stream = fake.says(status=status, location=location)
    error = await failure_of(vendor_of(fake).call("POST", "/answer", json={}))
    assert outcome(error) == (ErrorReason.REDIRECTED, False, f"HTTP {status}")
    assert len(fake.requests) == 1
    assert stream.is_closed


async def test_redirects_in_a_circle_end():
    fake = FakeVendor()
    fake.says(status=307, location="/answer")
    fake.replies *= 10
    assert (await failure_of(vendor_of(fake).call("POST", "/answer", json={}))).reason is ErrorReason.REDIRECTED
    assert len(fake.requests) == 4
