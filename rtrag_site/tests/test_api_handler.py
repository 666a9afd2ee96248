"""The way of programs to the views, through the ASGI application itself."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from asgiref.sync import SyncToAsync
from django.http import HttpRequest

from rtrag_site.api_handler import ApiApplication, ApiHandler
from rtrag_site.asgi import application


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def refusal(response: httpx.Response) -> tuple[int, str]:
    body = response.json()
    assert set(body) == {"error", "message", "details"}
    return response.status_code, body["error"]


async def test_middleware_of_pages_costs_no_change_of_thread(client, monkeypatch):
    changes = []
    change = SyncToAsync.__call__

    async def counted(self, *args, **kwargs):
        changes.append(self.func)
        return await change(self, *args, **kwargs)

    monkeypatch.setattr(SyncToAsync, "__call__", counted)
    assert (await client.get("/health/live")).json() == {"status": "live"}
    assert len(changes) <= 2  # Django's own, at a request's start and end


async def test_security_headers_are_those_of_pages(client, async_client):
    ours = (await client.get("/health/live")).headers
    theirs = (await async_client.get("/health/live")).headers
    names = [name for name in theirs if name.lower().startswith(("x-", "content-security", "referrer", "cross-"))]
    assert len(names) == 5
    assert [set(ours[name].split("; ")) for name in names] == [set(theirs[name].split("; ")) for name in names]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (httpx.Request("GET", "http://localhost/api/nothing"), (404, "NOT_FOUND")),
        (httpx.Request("GET", "http://elsewhere.example/health/live"), (400, "BAD_REQUEST")),
        (
            httpx.Request("GET", "http://localhost/health/live", headers={"Origin": "https://elsewhere.example"}),
            (403, "ORIGIN_FORBIDDEN"),
        ),
        (httpx.Request("GET", "http://localhost/health/live", headers={"Origin": "null"}), (403, "ORIGIN_FORBIDDEN")),
        (httpx.Request("POST", "http://localhost/api/ask", content=b"x" * 1_048_577), (413, "MESSAGE_TOO_LARGE")),
    ],
)
async def test_refusals_have_one_shape(client, request_, expected):
    assert await refusal(await client.send(request_)) == expected


async def test_pages_of_this_site_may_call(client):
    response = await client.get("/health/live", headers={"Origin": "http://localhost:3000"})
    assert response.status_code == 200


async def test_unforeseen_error_gets_an_id_and_no_text(client, monkeypatch, caplog):
    async def fail(_handler: ApiHandler, _request: HttpRequest) -> None:
        raise ValueError("secret words")

    monkeypatch.setattr(ApiHandler, "_get_response_async", fail)
    response = await client.get("/health/live")
    assert await refusal(response) == (500, "SERVER_ERROR")
    assert response.json()["details"]["error_id"] in caplog.text
    assert "secret" not in caplog.text + json.dumps(response.json())


async def test_unencrypted_requests_are_redirected_where_only_https_is_served(settings):
    settings.SECURE_SSL_REDIRECT = True
    transport = httpx.ASGITransport(ApiApplication())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as fresh:
        assert (await fresh.get("/api/nothing")).status_code == 301
        assert (await fresh.get("/health/live")).json() == {"status": "live"}
