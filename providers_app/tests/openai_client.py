"""OpenAI's own library, which asks the application over a real socket."""

from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
import uvicorn
from openai import AsyncOpenAI

from providers_app.contract import AnswerEnded, SourcesFound, TextDelta
from providers_app.tests.scripted import SOURCES

WHY = [{"role": "user", "content": "Why?"}]
USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
SOURCE = {"position": 1, "title": "Title", "content": "Text", "url": "", "score": 1.5}
SCRIPT = [SourcesFound(SOURCES), TextDelta("Be"), TextDelta("cause [1]."), AnswerEnded("stop", "m-1", USAGE)]


@pytest.fixture
async def openai_url() -> AsyncIterator[str]:
    """The application on a port of this process, in the event loop of the test."""
    from rtrag_site.asgi import application  # which sets Django up

    config = uvicorn.Config(application, port=0, lifespan="off", log_config=None)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    await server.shutdown()


@pytest.fixture
async def openai_client(openai_url: str) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=f"{openai_url}/v1", api_key="anything", max_retries=0) as client:
        yield client


async def ask(client: AsyncOpenAI, messages=WHY, model="default", **options):
    return await client.chat.completions.create(model=model, messages=messages, **options)


async def streamed(client: AsyncOpenAI, **options) -> tuple[list[Any], Any]:
    """The chunks, and the error that ends them."""
    chunks = []
    try:
        async for chunk in await ask(client, stream=True, **options):
            chunks.append(chunk)  # noqa: PERF401 - what came before an error counts
    except openai.APIError as error:
        return chunks, error
    return chunks, None


def texts(chunks) -> list[str | None]:
    return [choice.delta.content for chunk in chunks for choice in chunk.choices]
