"""One exchange with a vendor. Every way in which it can fail becomes a `ProviderError` here, once."""

import email.utils
import ssl
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx
import msgspec
from httpx_sse import EventSource

from providers_app.addresses import AddressRefusedError, HostUnknownError, ReplyTooLargeError
from providers_app.contract import ErrorReason, ProviderError
from providers_app.definition import Connection

MAX_ERROR_BYTES = 64_000
MAX_REDIRECTS = 3
Explain = Callable[[int, Any], ProviderError | None]
"""Tells a vendor's own error from a status and the decoded JSON body (None where it is none); None for "as usual"."""


class Reply:
    """A vendor's reply whose status is fine, while it is being read."""

    def __init__(self, response: httpx.Response, explain: Explain) -> None:
        self._response = response
        self._explain = explain

    @property
    def is_event_stream(self) -> bool:
        return "text/event-stream" in self._response.headers.get("content-type", "")

    async def events(self) -> AsyncGenerator[Any]:
        """The decoded `data` of each server-sent event, which is an object; `[DONE]` ends them.

        What is no JSON object (a comment, a ping, one malformed line) is skipped. A reply that is no event stream at
        all is an error which the vendor sends with status 200.
        """
        if not self.is_event_stream:
            raise self._explain(self._response.status_code, await self.json()) or malformed("no event stream")
        async with _mapped(), aclosing(EventSource(self._response).aiter_sse()) as events:
            async for event in events:
                if event.data.strip() == "[DONE]":
                    return
                if isinstance(data := _decoded(event.data), dict):
                    yield data

    async def lines(self) -> AsyncGenerator[str]:
        """The lines of the reply without their ends, blank ones left out."""
        async with _mapped(), aclosing(self._response.aiter_lines()) as lines:  # type: ignore[type-var] # a generator
            async for line in lines:
                if line.strip():
                    yield line

    async def json(self) -> Any:
        """The whole reply."""
        async with _mapped():
            body = await self._response.aread()
        try:
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise malformed("no JSON") from None


class Vendor:
    """The way to a provider's vendor: its base URL, its headers and its manner of naming errors."""

    def __init__(
        self,
        connection: Connection,
        client: httpx.AsyncClient,
        *,
        headers: Mapping[str, str] | None = None,
        explain: Explain = lambda _status, _body: None,
    ) -> None:
        self._client = client
        self._base_url = connection.base_url.rstrip("/")
        self._headers = dict(headers or {})
        self._timeout = httpx.Timeout(None, connect=connection.connect_timeout_s, pool=connection.connect_timeout_s)
        self._explain = explain

    @asynccontextmanager
    async def stream(
        self, method: str, path: str, *, json: Any = None, params: Mapping[str, str] | None = None
    ) -> AsyncGenerator[Reply]:
        """Send a request, to be read as it comes. Leaving early closes the connection, which stops the vendor."""
        async with _mapped():
            request = self._client.build_request(
                method,
                path if path.startswith(("http:", "https:")) else self._base_url + path,
                content=None if json is None else msgspec.json.encode(json),
                params=params,
                headers=self._headers | ({} if json is None else {"Content-Type": "application/json"}),
                timeout=self._timeout,
            )
            response = await self._follow(await self._client.send(request, stream=True))
        try:
            if not response.is_success:
                raise await self._failure(response)
            yield Reply(response, self._explain)
        finally:
            await response.aclose()

    async def call(self, method: str, path: str, *, json: Any = None, params: Mapping[str, str] | None = None) -> Any:
        """Send a request and return the decoded JSON of the reply, None where it has no body."""
        async with self.stream(method, path, json=json, params=params) as reply:
            return None if reply._response.status_code == httpx.codes.NO_CONTENT else await reply.json()  # noqa: SLF001

    async def _follow(self, response: httpx.Response) -> httpx.Response:
        """Follow redirects that stay with the host and keep the method: keys go nowhere else."""
        for _ in range(MAX_REDIRECTS):
            after = response.next_request
            if after is None:
                return response
            await response.aclose()
            before = response.request
            stays = (after.url.host, after.method) == (before.url.host, before.method)
            if not stays or (before.url.scheme == "https" and after.url.scheme != "https"):
                break
            response = await self._client.send(after, stream=True)
        if response.next_request is None:
            return response
        await response.aclose()
        raise ProviderError(ErrorReason.REDIRECTED, may_pass=False, detail=f"HTTP {response.status_code}")

    async def _failure(self, response: httpx.Response) -> ProviderError:
        body = b""
        async with _mapped():
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_ERROR_BYTES:
                    break
        error = self._explain(response.status_code, _decoded(body)) or error_of(response.status_code)
        error.retry_after_s = retry_after_s(response.headers.get("retry-after", ""))
        return error


def error_of(status: int, code: str = "") -> ProviderError:
    """The error that a status means everywhere; `code` is the vendor's word for it."""
    detail = f"HTTP {status} {code}".strip()
    match status:
        case 401 | 403:
            return ProviderError(ErrorReason.UNAUTHORIZED, may_pass=False, detail=detail)
        case 404 | 405 | 410:
            return ProviderError(ErrorReason.NOT_FOUND, may_pass=False, detail=detail)
        case 402:
            return ProviderError(ErrorReason.QUOTA_EXCEEDED, may_pass=False, detail=detail)
        case 413:
            return ProviderError(ErrorReason.TOO_LONG, may_pass=False, detail=detail)
        case 429:
            return ProviderError(ErrorReason.RATE_LIMITED, may_pass=True, detail=detail)
        case 408:
            return ProviderError(ErrorReason.TIMEOUT, may_pass=True, detail=detail)
        case _ if status >= 500:  # noqa: PLR2004 - the server's own errors
            return ProviderError(ErrorReason.UNAVAILABLE, may_pass=True, detail=detail)
    return ProviderError(ErrorReason.REJECTED, may_pass=False, detail=detail)


def malformed(detail: str = "") -> ProviderError:
    """The vendor's reply cannot be read."""
    return ProviderError(ErrorReason.MALFORMED, may_pass=True, detail=detail)


def retry_after_s(header: str) -> float | None:
    """What `Retry-After` says, a number of seconds or a date (RFC 9110, 10.2.3)."""
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _decoded(text: str | bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


@asynccontextmanager
async def _mapped() -> AsyncGenerator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise ProviderError(ErrorReason.TIMEOUT, may_pass=True, detail=_kind(error)) from error
    except httpx.ConnectError as error:
        raise _connect_error(error) from error
    except ReplyTooLargeError as error:
        raise ProviderError(ErrorReason.TOO_LARGE, may_pass=False) from error
    except (httpx.DecodingError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise ProviderError(ErrorReason.MALFORMED, may_pass=False, detail=_kind(error)) from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise ProviderError(ErrorReason.INTERRUPTED, may_pass=True, detail=_kind(error)) from error


def _connect_error(error: httpx.ConnectError) -> ProviderError:
    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case AddressRefusedError():
                return ProviderError(ErrorReason.ADDRESS_REFUSED, may_pass=False)
            case HostUnknownError():
                return ProviderError(ErrorReason.UNKNOWN_HOST, may_pass=True)
            case ssl.SSLError():
                return ProviderError(ErrorReason.INSECURE, may_pass=False, detail=cause.reason or "")
        cause = cause.__cause__ or cause.__context__
    return ProviderError(ErrorReason.UNREACHABLE, may_pass=True)


def _kind(error: Exception) -> str:
    return type(error).__qualname__
