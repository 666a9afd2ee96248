import asyncio
import socket

import httpx
import pytest

from providers_app.addresses import AddressPolicy, AddressRefusedError, HostUnknownError
from providers_app.http import GuardedTransport
from providers_app.tests.local import local_vendor

PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
REFUSED = [
    "127.0.0.1",
    "0.0.0.0",  # noqa: S104 - nothing is bound
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "224.0.1.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%2",
    "fc00::1",
    "fd00:ec2::254",
    "ff0e::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
]


def resolve_to(monkeypatch, *addresses):
    """Lets every host's name lead to these addresses, in this process."""

    async def getaddrinfo(_host, port, **_options):
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo, raising=False)


async def get(url, *allowed):
    async with httpx.AsyncClient(transport=GuardedTransport(AddressPolicy.of(allowed))) as client:
        return await client.get(url, timeout=5)


async def hello(writer):
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")


@pytest.mark.parametrize("address", PUBLIC)
def test_policy_allows_public_addresses(address):
    assert AddressPolicy().allows("vendor.example", address)


@pytest.mark.parametrize("address", REFUSED)
def test_policy_refuses_addresses_that_are_not_public(address):
    assert not AddressPolicy().allows("vendor.example", address)


@pytest.mark.parametrize(
    ("allowed", "host", "address"),
    [
        ("10.0.0.0/8", "vendor.example", "10.1.2.3"),
        ("10.0.0.7/8", "vendor.example", "10.1.2.3"),
        ("127.0.0.1", "vendor.example", "::ffff:127.0.0.1"),
        ("fd00::/8", "vendor.example", "fd12::1"),
        ("NAS.local", "nas.Local", "192.168.1.9"),
    ],
)
def test_policy_allows_what_the_setting_names(allowed, host, address):
    policy = AddressPolicy.of(["203.0.113.9", allowed])
    assert policy.allows(host, address)
    assert not policy.allows("other.example", "192.168.1.9")


def test_policy_allows_the_hosts_of_the_environment():
    policy = AddressPolicy.of([], {"Ollama"})
    assert policy.allows("ollama", "172.17.0.2")
    assert not policy.allows("other", "172.17.0.2")


async def test_connection_to_an_allowed_address_is_made():
    async with local_vendor(hello) as vendor:
        assert (await get(vendor.base_url, "127.0.0.1")).text == "hello"


async def test_cookies_are_not_kept():
    async def cookie(writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nSet-Cookie: who=me\r\n\r\n")

    async with local_vendor(cookie) as vendor:
        assert not (await get(vendor.base_url, "127.0.0.1")).cookies


async def test_connection_to_a_private_address_is_refused():
    async with local_vendor(hello) as vendor:
        with pytest.raises(AddressRefusedError):
            await get(vendor.base_url)
        assert not vendor.connected.is_set()


async def test_public_name_that_leads_to_a_private_address_is_refused(monkeypatch):
    async with local_vendor(hello) as vendor:
        resolve_to(monkeypatch, "127.0.0.1", "169.254.169.254")
        with pytest.raises(AddressRefusedError):
            await get(vendor.base_url.replace("127.0.0.1", "vendor.example"))
        assert not vendor.connected.is_set()


async def test_connection_goes_to_the_next_address_where_one_refuses(monkeypatch):
    async with local_vendor(hello) as vendor:
        resolve_to(monkeypatch, "10.0.0.1", "::1", "127.0.0.1")
        url = vendor.base_url.replace("127.0.0.1", "vendor.example")
        assert (await get(url, "127.0.0.1", "::1")).text == "hello"


async def test_unknown_host_is_told_from_an_unreachable_one(monkeypatch):
    resolve_to(monkeypatch)
    with pytest.raises(HostUnknownError):
        await get("http://vendor.example")
