"""OpenAI's API, asked by OpenAI's own library over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai
import pytest
import uvicorn
from openai import AsyncOpenAI

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    AnswerRestarted,
    ErrorReason,
    Origin,
    ProviderError,
    SourcesFound,
    TextDelta,
    Turn,
)
from providers_app.definition import MidwayFailure
from providers_app.tests.scripted import SOURCES, ScriptedProvider, definition
from rtrag_site.asgi import application

WHY = [{"role": "user", "content": "Why?"}]
USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
SOURCE = {"position": 1, "title": "Title", "content": "Text", "url": "", "score": 1.5}
SCRIPT = [SourcesFound(SOURCES), TextDelta("Be"), TextDelta("cause [1]."), AnswerEnded("stop", "m-1", USAGE)]


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """The application on a port of this process, in the event loop of the test."""
    config = uvicorn.Config(application, port=0, lifespan="off", log_config=None)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    await server.shutdown()


@pytest.fixture
async def client(url: str) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="anything", max_retries=0) as client:
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


async def test_answer_as_a_whole(client, scripted, usage_rows):
    scripted.script = SCRIPT
    completion = await ask(client, temperature=0.5, user="somebody", seed=1, logit_bias={})
    assert scripted.requests == [AnswerRequest("Why?", origin=Origin.OPENAI)]
    assert completion.id.startswith("chatcmpl-")
    assert completion.to_dict() == {
        "id": completion.id,
        "object": "chat.completion",
        "created": completion.created,
        "model": "scripted",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "Because [1].", "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": USAGE,
        "sources": [SOURCE],
    }
    assert [(row.origin, row.outcome) for row in usage_rows] == [("openai", "answered")]


async def test_answer_as_a_stream(client, scripted):
    scripted.script = SCRIPT
    chunks, error = await streamed(client, stream_options={"include_usage": True})
    assert error is None
    assert texts(chunks) == ["Be", "cause [1].", None]
    assert [chunk.choices[0].delta.role for chunk in chunks[:3]] == ["assistant", None, None]
    assert [chunk.choices[0].finish_reason for chunk in chunks[:3]] == [None, None, "stop"]
    assert chunks[2].sources == [SOURCE]
    assert (chunks[3].choices, chunks[3].usage.to_dict()) == ([], USAGE)
    assert {(chunk.id, chunk.object, chunk.model) for chunk in chunks} == {
        (chunks[0].id, "chat.completion.chunk", "scripted")
    }


async def test_stream_without_usage_ends_with_its_reason(client, scripted):
    scripted.script = [TextDelta("Be"), AnswerEnded("length", usage=USAGE)]
    chunks, _ = await streamed(client)
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None, "length"]


async def test_stream_is_what_the_format_says(url, scripted):
    async with httpx.AsyncClient() as plain:
        asked = {"model": "default", "messages": WHY, "stream": True}
        response = await plain.post(f"{url}/v1/chat/completions", json=asked, headers={"Authorization": "Bearer x"})
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    *chunks, done, rest = response.text.split("\n\n")
    assert [chunk[:6] for chunk in chunks] == ["data: "] * 2
    assert (done, rest) == ("data: [DONE]", "")


@pytest.mark.parametrize(("reason", "told"), [("not_found", "stop"), ("content_filter", "content_filter")])
async def test_finish_reason_is_one_of_openais(client, scripted, reason, told):
    scripted.script = [TextDelta("No."), AnswerEnded(reason)]
    completion = await ask(client)
    assert completion.choices[0].finish_reason == told
    assert completion.usage.total_tokens == 0


async def test_first_words_come_before_the_rest_is_known(client, gate, scripted):
    stream = await ask(client, stream=True)
    chunks = aiter(stream)
    assert (await anext(chunks)).choices[0].delta.content == "Press "
    gate.set()
    assert texts([chunk async for chunk in chunks]) == ["the button.", None]


async def test_messages_become_a_question_in_its_dialogue(client, scripted):
    messages = [
        {"role": "system", "content": "Be a pirate."},
        {"role": "user", "content": "Hello?"},
        {"role": "user", "content": [{"type": "text", "text": "What is"}, {"type": "text", "text": "RAG?"}]},
        {"role": "assistant", "content": "A way to answer."},
        {"role": "user", "content": "为什么要用它？"},
    ]
    await ask(client, messages)
    (request,) = scripted.requests
    assert (request.question, request.language, request.context) == ("为什么要用它？", "zh", ())
    assert request.history == (Turn("What is\nRAG?", "A way to answer."),)
    assert "pirate" not in repr(request)


async def test_long_dialogue_keeps_its_latest_turns(client, scripted):
    said = [{"role": role, "content": f"{role} {n}"} for n in range(50) for role in ("user", "assistant")]
    await ask(client, [*said, *WHY])
    history = scripted.requests[0].history
    assert (len(history), history[-1]) == (20, Turn("user 49", "assistant 49"))


async def test_models_are_the_default_and_those_that_clients_may_choose(client, providers):
    beta = ScriptedProvider([TextDelta("Beta."), AnswerEnded()])
    definitions = [definition("alpha"), definition("beta", is_choosable=True), definition("gamma")]
    providers.have(definitions, ScriptedProvider(), beta, ScriptedProvider())
    assert [model.id async for model in client.models.list()] == ["default", "beta"]
    assert (await client.models.retrieve("beta")).to_dict() == {
        "id": "beta",
        "object": "model",
        "created": 0,
        "owned_by": "realtime-rag",
    }
    assert (await ask(client, model="beta")).choices[0].message.content == "Beta."
    assert (await ask(client)).model == "alpha"
    for model in ("gamma", "gpt-4"):
        with pytest.raises(openai.NotFoundError) as caught:
            await ask(client, model=model)
        assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
        with pytest.raises(openai.NotFoundError):
            await client.models.retrieve(model)


IMAGE = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}]}]


@pytest.mark.parametrize(
    ("changed", "param", "code"),
    [
        ({"messages": IMAGE}, "messages[0].content[0].type", "unsupported_content"),
        ({"messages": []}, "messages", "invalid_value"),
        ({"messages": [{"role": "user", "content": " "}]}, "messages", "invalid_value"),
        ({"messages": [*WHY, {"role": "assistant", "content": "So."}]}, "messages", "invalid_value"),
        ({"messages": [{"role": "user", "content": 1}]}, "messages[0].content", "invalid_value"),
        ({"messages": [{"role": "pirate", "content": "Why?"}]}, "messages[0].role", "invalid_value"),
        ({"messages": [{"role": "tool", "content": "1"}, *WHY]}, "messages[0].role", "unsupported_value"),
        ({"messages": [{"role": "user", "content": "x" * 10_241}]}, "messages", "string_above_max_length"),
        ({"model": "x" * 129}, "model", "invalid_value"),
        ({"n": 2}, "n", "unsupported_value"),
        ({"stream": "yes"}, "stream", "invalid_value"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools", "unsupported_parameter"),
    ],
)
async def test_what_cannot_be_taken_is_refused_by_name(client, scripted, changed, param, code):
    with pytest.raises(openai.BadRequestError) as caught:
        await ask(client, **changed)
    error = caught.value
    assert (error.param, error.code, error.type) == (param, code, "invalid_request_error")
    assert scripted.requests == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"messages": [{"role": "user", "content": "\\ud800"}]}'])
async def test_body_that_is_no_request(url, scripted, body):
    async with httpx.AsyncClient() as plain:
        response = await plain.post(f"{url}/v1/chat/completions", content=body)
    assert (response.status_code, response.json()["error"]["type"]) == (400, "invalid_request_error")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (ErrorReason.RATE_LIMITED, (openai.RateLimitError, 429, "rate_limited")),
        (ErrorReason.TOO_LONG, (openai.BadRequestError, 400, "context_length_exceeded")),
        (ErrorReason.BLOCKED, (openai.BadRequestError, 400, "content_filter")),
        (ErrorReason.TIMEOUT, (openai.InternalServerError, 504, "timeout")),
        (ErrorReason.OVERLOADED, (openai.InternalServerError, 503, "overloaded")),
        (ErrorReason.UNAUTHORIZED, (openai.InternalServerError, 502, "unauthorized")),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_failure_before_the_first_word_has_a_status(client, scripted, reason, told, stream):
    scripted.script = [ProviderError(reason, may_pass=False, detail="vendor secret", retry_after_s=1.2)]
    with pytest.raises(openai.APIStatusError) as caught:
        await ask(client, stream=stream)
    error = caught.value
    assert (type(error), error.status_code, error.code) == told
    assert (error.response.headers["retry-after"], error.response.headers["x-should-retry"]) == ("2", "false")
    assert "secret" not in error.response.text


async def test_library_does_not_try_again_what_cannot_pass(url, scripted):
    scripted.script = [ProviderError(ErrorReason.UNAUTHORIZED, may_pass=False)]
    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="anything") as patient:
        with pytest.raises(openai.InternalServerError):
            await ask(patient)
    assert len(scripted.requests) == 1


async def test_nobody_to_ask(client, providers):
    with pytest.raises(openai.InternalServerError) as caught:
        await ask(client)
    assert (caught.value.status_code, caught.value.code) == (503, "not_configured")


async def test_failure_midway_ends_the_stream_with_an_error(client, scripted):
    scripted.script = [TextDelta("Be"), ProviderError(ErrorReason.INTERRUPTED, may_pass=True)]
    chunks, error = await streamed(client)
    assert texts(chunks) == ["Be"]
    assert error.body == {
        "message": "The provider broke off.",
        "type": "server_error",
        "param": None,
        "code": "interrupted",
    }


@pytest.fixture
def restarting(providers) -> list[ScriptedProvider]:
    """Two providers, the first of which breaks off and leaves the rest to the second."""
    broken = ScriptedProvider([TextDelta("Be"), ProviderError(ErrorReason.INTERRUPTED, may_pass=True)])
    other = ScriptedProvider([TextDelta("Because."), AnswerEnded()])
    definitions = [definition(name, on_midway_failure=MidwayFailure.RESTART) for name in ("broken", "other")]
    providers.have(definitions, broken, other)
    return [broken, other]


async def test_stream_is_never_begun_anew(client, restarting, usage_rows):
    chunks, error = await streamed(client)
    assert (texts(chunks), error.code) == (["Be"], "interrupted")
    assert restarting[1].requests == []
    assert [row.outcome for row in usage_rows] == ["partial"]


async def test_whole_answer_may_begin_anew(client, restarting):
    completion = await ask(client)
    assert (completion.choices[0].message.content, completion.model) == ("Because.", "other")


async def test_vendor_that_takes_back_what_it_said(client, scripted):
    scripted.script = [TextDelta("Bad"), AnswerRestarted("replaced"), TextDelta("Good"), AnswerEnded()]
    chunks, error = await streamed(client)
    assert (texts(chunks), error.code) == (["Bad"], "replaced")
    assert (await ask(client)).choices[0].message.content == "Good"


async def test_failover_before_the_first_word_shows_in_the_model_alone(client, providers):
    broken = ScriptedProvider([ProviderError(ErrorReason.UNAVAILABLE, may_pass=False)])
    providers.have([definition("broken"), definition("other")], broken, ScriptedProvider())
    chunks, error = await streamed(client)
    assert (texts(chunks), error, {chunk.model for chunk in chunks}) == (["Because.", None], None, {"other"})


@pytest.mark.parametrize("stream", [False, True])
async def test_hanging_up_stops_the_provider(client, gate, scripted, usage_rows, stream):
    task = asyncio.create_task(ask(client, stream=True) if stream else ask(client))
    if stream:
        answer = await task
        await anext(aiter(answer))
        await answer.close()
    else:
        await scripted.asked(1)
        task.cancel()
    async with asyncio.timeout(5):
        while not usage_rows:  # noqa: ASYNC110 - the server runs in this loop
            await asyncio.sleep(0.001)
    assert (scripted.stopped, [row.outcome for row in usage_rows]) == (["Why?"], ["cancelled"])


@pytest.mark.parametrize("script", [[], [TextDelta("Be")]])
async def test_unforeseen_error_is_told_without_its_text(url, scripted, monkeypatch, caplog, script):
    async def fail(_request):
        for event in script:
            yield event
        raise ValueError("secret words")

    monkeypatch.setattr(scripted, "answer", fail)
    async with httpx.AsyncClient() as plain:
        asked = {"messages": WHY, "stream": True}
        text = (await plain.post(f"{url}/v1/chat/completions", json=asked)).text
    error = json.loads(text.removesuffix("\n\n").rpartition("data: ")[2])["error"]
    assert (error["code"], error["type"]) == ("internal_error", "server_error")
    assert "secret" not in text
    assert "Answering over OpenAI's API failed" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "sent", "told"),
    [
        ("GET", "/v1/embeddings", {}, (404, "not_found")),
        ("GET", "/v1/chat/completions", {}, (405, "method_not_allowed")),
        ("POST", "/v1/chat/completions", {"content": b" " * 1_048_577}, (413, "message_too_large")),
        ("GET", "/v1/models", {"headers": {"Origin": "https://elsewhere.example"}}, (403, "origin_forbidden")),
    ],
)
async def test_what_never_reaches_the_api_is_refused_in_its_shape(url, method, path, sent, told):
    async with httpx.AsyncClient(base_url=url) as plain:
        response = await plain.request(method, path, **sent)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == told
    assert error["type"] == "invalid_request_error"
