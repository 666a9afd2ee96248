"""How requests travel: httpx's client over aiohttp's connections, which take a fraction of httpcore's time."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from providers_app.addresses import AddressPolicy, AddressRefusedError, HostUnknownError, may_be

MAX_CONNECTIONS = 1_000
KEEPALIVE_S = 60.0


class _NotAllowedError(OSError):
    """The name leads to no address that the policy allows."""


class GuardedTransport(AiohttpTransport):
    """One pool of connections, held to a policy about addresses; without cookies, which all vendors would share."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy
        context = httpx.create_ssl_context()  # certifi or SSL_CERT_FILE: not every machine has a store
        super().__init__(verify=context, client=lambda: _session(policy, context))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not may_be(request.url.host, self._policy):  # aiohttp asks the resolver for names alone
            raise AddressRefusedError("the address is not allowed")
        with _told_apart():
            response: httpx.Response = await super().handle_async_request(request)
        response.headers.pop("set-cookie", None)
        response.stream = _Body(response.stream)
        return response


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _told_apart():
            async for chunk in self._stream:
                yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def _session(policy: AddressPolicy, context: ssl.SSLContext) -> aiohttp.ClientSession:
    """Connections to addresses that were checked. Timeouts are the requests' own."""
    connector = aiohttp.TCPConnector(
        ssl=context, resolver=_Resolver(policy), limit=MAX_CONNECTIONS, keepalive_timeout=KEEPALIVE_S
    )
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


class _Resolver(AbstractResolver):
    """Resolves a name once, and gives only the addresses that are allowed."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        except UnicodeError as error:
            raise OSError("no name of a host") from error
        allowed = [
            ResolveResult(hostname=host, host=str(address[0]), port=port, family=kind, proto=protocol, flags=0)
            for kind, _, protocol, _, address in found
            if self._policy.allows(host, str(address[0]))
        ]
        if not allowed:
            raise _NotAllowedError("no address is allowed")
        return allowed

    async def close(self) -> None:
        """It holds nothing."""


@contextmanager
def _told_apart() -> Iterator[None]:
    """The errors of a request as httpx names them; httpx-aiohttp takes some of aiohttp's for others."""
    try:
        yield
    except httpx.HTTPError as error:
        cause = error.__cause__
        raise _meant(error, cause) from (cause.__cause__ if cause else None)
    except aiohttp.ClientResponseError as error:  # a status line or a header that is none
        raise httpx.RemoteProtocolError("malformed") from error
    except (aiohttp.ClientError, OSError) as error:
        raise httpx.NetworkError("broken") from error
    except ValueError as error:
        raise httpx.LocalProtocolError("cannot be sent") from error


def _meant(error: httpx.HTTPError, cause: BaseException | None) -> httpx.HTTPError:
    match cause:
        case aiohttp.ClientConnectorDNSError():
            is_refused = isinstance(cause.os_error, _NotAllowedError)
            return AddressRefusedError("no address is allowed") if is_refused else HostUnknownError("no such host")
        case aiohttp.ClientConnectorError():
            return httpx.ConnectError("no connection")
        case aiohttp.ServerTimeoutError():
            return error
        case aiohttp.ClientConnectionError():
            return httpx.ReadError("the connection was lost")
    return error
