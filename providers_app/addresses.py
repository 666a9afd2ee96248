"""Where providers may be: which addresses a host's name may lead to, checked when the connection is made."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Literal
from urllib.parse import urlsplit

import httpcore
import httpx

MAX_CONNECTIONS = 1_000
KEEPALIVE_S = 60.0
Network = IPv4Network | IPv6Network
UrlFault = Literal["", "scheme", "host", "credentials", "address", "refused"]

NAT64 = IPv6Network("64:ff9b::/96")
"""The IPv6 addresses that stand for IPv4 addresses, RFC 6052."""
CLOUDS_OWN = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"))
"""Azure's WireServer and Oracle's metadata service, which look like public addresses."""


class AddressRefusedError(httpx.ConnectError):
    """The host's addresses are none that the policy allows."""


class HostUnknownError(httpx.ConnectError):
    """The host's name leads nowhere."""


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Public addresses are allowed; of the others those in `networks`, and whatever `hosts` lead to."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, allowed: Iterable[str], hosts: Iterable[str] = ()) -> "AddressPolicy":
        """Sort the parts of a setting into networks (`10.0.0.0/8`, `127.0.0.1`) and names of hosts."""
        networks, names = [], {host.lower() for host in hosts}
        for part in allowed:
            try:
                networks.append(ip_network(part, strict=False))
            except ValueError:
                names.add(part.lower())
        return cls(tuple(networks), frozenset(names))

    def allows(self, host: str, address: str) -> bool:
        """Whether a connection to `address` may be made where `host` leads to it."""
        ip = _meant(ip_address(address))
        is_public = ip.is_global and not (ip.is_multicast or ip.is_reserved or any(ip in own for own in CLOUDS_OWN))
        return is_public or host.lower() in self.hosts or any(ip in network for network in self.networks)


def _meant(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address behind an IPv6 address that stands for one."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in NAT64:
        return IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour or ip


def url_fault(url: str, policy: AddressPolicy | None = None) -> UrlFault:
    """What is wrong with a vendor's URL; "refused" where it names an address itself that `policy` does not allow."""
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return "address"
    if parts.scheme not in {"http", "https"} or not url.startswith(f"{parts.scheme}://"):
        return "scheme"
    if not parts.hostname or any(character.isspace() for character in url):
        return "host"
    if "@" in parts.netloc:
        return "credentials"
    if not has_port:
        return "address"
    return "" if policy is None or _may_be(parts.hostname, policy) else "refused"


def _may_be(host: str, policy: AddressPolicy) -> bool:
    try:
        return policy.allows(host, host)
    except ValueError:
        return True  # a name: where it leads to is checked at each connection


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, and connects only to an address that was checked."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._backend = httpcore.AnyIOBackend()
        self._policy = policy

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Try the allowed addresses in turn, each for an equal share of the time that is left."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + (timeout or 0.0)
        found = await _resolve(host, port, timeout)
        addresses = [address for address in found if self._policy.allows(host, address)]
        error: Exception = AddressRefusedError("no address is allowed")
        for number, address in enumerate(addresses):
            share_s = None if timeout is None else max(0.0, ends_at - loop.time()) / (len(addresses) - number)
            try:
                return await self._backend.connect_tcp(address, port, share_s, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
        raise error


async def _resolve(host: str, port: int, timeout_s: float | None) -> list[str]:
    try:
        async with asyncio.timeout(timeout_s):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError:
        raise httpx.ConnectTimeout("name not resolved") from None
    except (OSError, UnicodeError) as error:
        raise HostUnknownError("no such host") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedTransport(httpx.AsyncBaseTransport):
    """One pool of connections, held to a policy about addresses; without cookies, which all vendors would share.

    httpx's own transport does not let one choose how connections are made; httpcore's pool does.
    """

    def __init__(self, policy: AddressPolicy) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_CONNECTIONS // 5,
            keepalive_expiry=KEEPALIVE_S,
            network_backend=_GuardedBackend(policy),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        with _errors_of_httpx():
            response = await self._pool.handle_async_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        headers = [(name, value) for name, value in response.headers if name.lower() != b"set-cookie"]
        return httpx.Response(response.status, headers=headers, stream=_Body(response), extensions=response.extensions)

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_of_httpx():
            async for chunk in self._response.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()


@contextmanager
def _errors_of_httpx() -> Iterator[None]:
    """The errors of httpcore as those of httpx, which have the same names."""
    try:
        yield
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.TimeoutException,
        httpcore.UnsupportedProtocol,
    ) as error:
        name = type(error).__name__
        raise getattr(httpx, name)(name) from error
