"""How large requests may be, through the whole ASGI application and a whole server."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from rtrag_site import request_limits
from rtrag_site.asgi import application
from rtrag_site.request_limits import limit_of

DOCUMENTS = "/admin/knowledge_app/document/"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture(autouse=True)
def limits(settings):
    settings.MAX_REQUEST_BYTES, settings.BATCH_MAX_REQUEST_BYTES = 1_000, 5_000_000
    settings.MAX_DOCUMENT_BYTES = 1_000_000


async def pieces(size: int) -> AsyncIterator[bytes]:
    """A body whose size nobody is told before."""
    for _ in range(0, size, 500):
        yield b"x" * 500


def is_announced(request: httpx.Request) -> bool:
    return "Content-Length" in request.headers


@pytest.mark.parametrize("announce", [True, False])
@pytest.mark.parametrize(
    ("path", "error"), [("/api/ask", "MESSAGE_TOO_LARGE"), ("/api/batch/tasks", "MESSAGE_TOO_LARGE")]
)
async def test_api_refuses_what_is_too_large(client, path, error, announce):
    limit = limit_of(path)
    response = await client.post(path, content=b"x" * (limit + 1) if announce else pieces(limit + 500))
    assert is_announced(response.request) == announce
    assert (response.status_code, response.headers["connection"]) == (413, "close")
    assert response.json() == {
        "error": error,
        "message": f"The request has more than {limit} bytes.",
        "details": {"limit": limit},
    }


async def test_api_of_openai_refuses_in_its_own_shape(client):
    response = await client.post("/v1/chat/completions", content=b"x" * 1_001)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "message_too_large")


@pytest.mark.django_db
async def test_batches_may_be_larger_than_other_requests_and_than_the_forms_of_django(client):
    texts = ["x" * 20_000] * 200
    response = await client.post("/api/batch/tasks", content=json.dumps({"name": "large", "texts": texts}))
    assert (response.status_code, response.json()["error"]) == (400, "INVALID_MESSAGE")
    assert len(response.json()["details"]["lines"]) == 200
    assert (await client.post("/api/ask", content=b"x" * 1_000)).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("announce", [True, False])
async def test_pages_refuse_with_a_page(client, announce):
    size = limit_of("/admin/login/") + 1
    response = await client.post("/admin/login/", content=b"x" * size if announce else pieces(size))
    assert (response.status_code, response.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "2.5\xa0MB" in response.text


@pytest.mark.django_db
async def test_documents_may_be_larger_than_other_forms(client):
    assert (await client.post(DOCUMENTS, content=b"x" * 3_000_000)).status_code == 403  # for want of a CSRF token
    assert (await client.post(DOCUMENTS, content=b"x" * 4_000_000)).status_code == 413


async def test_announced_size_is_refused_before_anything_is_read():
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    headers = [(b"content-length", b"1" + b"0" * 5_000)]
    scope = {"type": "http", "method": "POST", "path": "/api/batch/uploads", "query_string": b"", "headers": headers}
    answering = asyncio.create_task(application(scope, asyncio.Event().wait, sent.put))
    assert [(await sent.get()).get("status"), json.loads((await sent.get())["body"])["error"]] == [
        413,
        "MESSAGE_TOO_LARGE",
    ]
    answering.cancel()


async def test_client_that_sends_without_end_is_cut_off(monkeypatch):
    monkeypatch.setattr(request_limits, "LINGER_S", 0.05)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"x" * 1_000, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/ask",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    await application(scope, receive, send)
    assert [sent[0]["status"], sent[-1]] == [413, {"type": "http.response.body"}]


def endless(size: int) -> Iterator[bytes]:
    for _ in range(0, size, 65_536):
        yield b"x" * 65_536


def test_client_of_a_server_reads_why_its_upload_was_refused(server):
    url = server({"BATCH_MAX_REQUEST_BYTES": "100000"}).url
    for content in (b"x" * 20_000_000, endless(20_000_000)):
        response = httpx.post(f"{url}/api/batch/tasks", content=content)
        assert (response.status_code, response.json()["details"]) == (413, {"limit": 100_000})
    with httpx.Client(headers={"Expect": "100-continue"}) as client:
        assert client.post(f"{url}/batches/", content=b"x" * 3_000_000).status_code == 413
