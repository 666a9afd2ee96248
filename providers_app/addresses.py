"""Where providers may be: which addresses a host's name may lead to, checked when the connection is made."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

import httpcore
import httpx

MAX_CONNECTIONS = 1_000
MAX_REPLY_BYTES = 32_000_000
KEEPALIVE_S = 60.0
Network = IPv4Network | IPv6Network


class AddressRefusedError(httpcore.ConnectError):
    """The host's addresses are none that the policy allows."""


class HostUnknownError(httpcore.ConnectError):
    """The host's name leads nowhere."""


class ReplyTooLargeError(httpx.ReadError):
    """The vendor sends more than anybody would read."""


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Public addresses are allowed; of the others those in `networks`, and whatever `hosts` lead to."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, allowed: Iterable[str], hosts: Iterable[str] = ()) -> "AddressPolicy":
        """Sort the parts of a setting into networks (`10.0.0.0/8`, `127.0.0.1`) and names of hosts."""
        networks, names = [], set(hosts)
        for part in allowed:
            try:
                networks.append(ip_network(part))
            except ValueError:
                names.add(part.lower())
        return cls(tuple(networks), frozenset(names))

    def allows(self, host: str, address: str) -> bool:
        ip = ip_address(address)
        ip = getattr(ip, "ipv4_mapped", None) or ip
        is_public = ip.is_global and not ip.is_multicast
        return is_public or host.lower() in self.hosts or any(ip in network for network in self.networks)


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, and connects only to an address that was checked."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend, policy: AddressPolicy) -> None:
        self._backend = backend
        self._policy = policy

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        error: Exception = AddressRefusedError()
        for address in await self._resolve(host, port, timeout):
            if not self._policy.allows(host, address):
                continue
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
        raise error

    async def connect_unix_socket(self, *_args: Any, **_options: Any) -> httpcore.AsyncNetworkStream:
        raise AddressRefusedError

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)

    @staticmethod
    async def _resolve(host: str, port: int, timeout_s: float | None) -> list[str]:
        try:
            async with asyncio.timeout(timeout_s):
                found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        except (OSError, UnicodeError) as error:
            raise HostUnknownError from error
        return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedTransport(httpx.AsyncHTTPTransport):
    """One pool of connections, held to a policy about addresses and to the size of replies."""

    def __init__(self, policy: AddressPolicy) -> None:
        limits = httpx.Limits(MAX_CONNECTIONS, MAX_CONNECTIONS // 5, KEEPALIVE_S)
        super().__init__(verify=ssl.create_default_context(), limits=limits)
        self._pool._network_backend = _GuardedBackend(self._pool._network_backend, policy)  # noqa: SLF001 - no other way in

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        response.stream = _Bounded(response.stream)
        return response


class _Bounded(httpx.AsyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > MAX_REPLY_BYTES:
                raise ReplyTooLargeError("too large")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
