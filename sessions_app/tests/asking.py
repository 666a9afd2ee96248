"""Questions over `POST /api/ask`, through the ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from providers_app.tests.scripted import ScriptedProvider
from sessions_app.tests.sockets import everything_is_written


@pytest.fixture
async def api_client() -> AsyncIterator[httpx.AsyncClient]:
    from rtrag_site.asgi import application  # which sets Django up

    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://localhost") as client:
        yield client
        await everything_is_written()


async def ask(client: httpx.AsyncClient, **body: Any) -> httpx.Response:
    return await client.post("/api/ask", json={"stream": False, **body})


def events_of(text: str) -> list[tuple[str, ...]]:
    """The blocks of an event stream: the comment, or id, name and data."""
    blocks = [block.split("\n") for block in text.split("\n\n")[:-1]]
    return [tuple(line.partition(": ")[2] if line[0] != ":" else line for line in block) for block in blocks]


async def asking_begins(scripted: ScriptedProvider, number: int) -> None:
    """Wait until the provider has been asked `number` questions."""
    while len(scripted.requests) < number:  # noqa: ASYNC110 - the provider of other tests sets no event
        await asyncio.sleep(0)
