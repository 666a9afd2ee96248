"""One exchange with a vendor."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import msgspec

from providers_app.contract import ErrorReason, ProviderError
from providers_app.definition import Connection
from providers_app.http.failures import error_of, malformed, mapped, retry_after_s
from providers_app.http.reply import Explain, Reply, decoded

CALL_TIMEOUT_S = 30.0
MAX_ERROR_BYTES = 64_000
MAX_REDIRECTS = 3


class Vendor:
    """The way to a provider's vendor: its base URL, its headers and its manner of naming errors."""

    def __init__(
        self,
        connection: Connection,
        client: httpx.AsyncClient,
        *,
        headers: Mapping[str, str] | None = None,
        explain: Explain = lambda _status, _body: None,
        needs_key: bool = False,
    ) -> None:
        self._client = client
        self._base_url = connection.base_url.rstrip("/")
        self._headers = {"Accept-Encoding": "identity"} | dict(headers or {})
        self._timeout = httpx.Timeout(None, connect=connection.connect_timeout_s, pool=connection.connect_timeout_s)
        self._explain = explain
        self._lacks_key = needs_key and not connection.key

    @asynccontextmanager
    async def stream(
        self, method: str, path: str, *, json: Any = None, params: Mapping[str, str] | None = None
    ) -> AsyncGenerator[Reply]:
        """Send a request, to be read as it comes. Leaving early closes the connection, which stops the vendor."""
        if self._lacks_key:
            raise ProviderError(ErrorReason.KEY_MISSING, may_pass=False)
        with mapped():
            request = self._client.build_request(
                method,
                path if path.startswith(("http:", "https:")) else self._base_url + path,
                content=None if json is None else msgspec.json.encode(json),
                params=params,
                headers=self._headers | ({} if json is None else {"Content-Type": "application/json"}),
                timeout=self._timeout,
            )
            response = await self._follow(await self._client.send(request, stream=True))
        async with AsyncExitStack() as closing:
            closing.push_async_callback(response.aclose)
            if not response.is_success:
                raise await self._failure(response)
            if response.headers.get("content-encoding", "identity") != "identity":
                raise malformed("compressed")
            yield Reply(response, self._explain, closing)

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        timeout_s: float | None = CALL_TIMEOUT_S,
    ) -> Any:
        """Send a request and return the decoded JSON of the reply, None where it has no body."""
        try:
            async with asyncio.timeout(timeout_s), self.stream(method, path, json=json, params=params) as reply:
                return await reply.json() if reply.has_body else None
        except TimeoutError:
            raise ProviderError(ErrorReason.TIMEOUT, may_pass=True) from None

    async def _follow(self, response: httpx.Response) -> httpx.Response:
        """Follow redirects that stay where the request was sent and keep its method: keys go nowhere else."""
        for _ in range(MAX_REDIRECTS):
            after = response.next_request
            if after is None or not _stays(response.request, after):
                break
            await response.aclose()
            response = await self._client.send(after, stream=True)
        if response.next_request is None:
            return response
        await response.aclose()
        raise ProviderError(ErrorReason.REDIRECTED, may_pass=False, detail=f"HTTP {response.status_code}")

    async def _failure(self, response: httpx.Response) -> ProviderError:
        body = b""
        with mapped():
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_ERROR_BYTES:
                    break
        error = self._explain(response.status_code, decoded(body)) or error_of(response.status_code)
        if (delay_s := retry_after_s(response.headers.get("retry-after", ""))) is not None:
            error.retry_after_s = delay_s
        return error


def _stays(before: httpx.Request, after: httpx.Request) -> bool:
    """Whether a redirect leads to the same place; from http to https of the same host and port it does."""
    is_same_place = (after.url.host, after.url.port) == (before.url.host, before.url.port)
    is_as_safe = after.url.scheme in {before.url.scheme, "https"}
    return after.method == before.method and is_same_place and is_as_safe
