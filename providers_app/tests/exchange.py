"""Exchanges with vendors, as tests of them need them."""

import traceback
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from providers_app.addresses import AddressPolicy
from providers_app.contract import ErrorReason, ProviderError
from providers_app.definition import Connection
from providers_app.http import GuardedTransport, Vendor
from providers_app.tests.vendor import FakeVendor

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
