"""Connections to vendors, on real sockets: which fail and how, and who hangs up."""

import asyncio

import pytest

from providers_app.contract import ErrorReason
from providers_app.definition import Connection
from providers_app.tests.exchange import EVENT_STREAM, KEY, events, failure_of, outcome, real
from providers_app.tests.local import local_vendor, self_signed
from providers_app.tests.test_addresses import resolve_to
from providers_app.tests.vendor import sse


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
    assert outcome(error) == (ErrorReason.INTERRUPTED, True, "ReadError")


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
