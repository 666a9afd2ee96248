"""What can go wrong over OpenAI's API, and how its own library tells of it."""

import asyncio
import json

import httpx
import openai
import pytest
from openai import AsyncOpenAI

from providers_app.contract import (
    AnswerEnded,
    AnswerRestarted,
    ErrorReason,
    ProviderError,
    TextDelta,
)
from providers_app.definition import MidwayFailure
from providers_app.tests.openai_client import WHY, ask, streamed, texts
from providers_app.tests.scripted import ScriptedProvider, definition


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"messages": [{"role": "user", "content": "\\ud800"}]}'])
async def test_body_that_is_no_request(openai_url, scripted, body):
    async with httpx.AsyncClient() as plain:
        response = await plain.post(f"{openai_url}/v1/chat/completions", content=body)
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
async def test_failure_before_the_first_word_has_a_status(openai_client, scripted, reason, told, stream):
    scripted.script = [ProviderError(reason, may_pass=False, detail="vendor secret", retry_after_s=1.2)]
    with pytest.raises(openai.APIStatusError) as caught:
        await ask(openai_client, stream=stream)
    error = caught.value
    assert (type(error), error.status_code, error.code) == told
    assert (error.response.headers["retry-after"], error.response.headers["x-should-retry"]) == ("2", "false")
    assert "secret" not in error.response.text


async def test_library_does_not_try_again_what_cannot_pass(openai_url, scripted):
    scripted.script = [ProviderError(ErrorReason.UNAUTHORIZED, may_pass=False)]
    async with AsyncOpenAI(base_url=f"{openai_url}/v1", api_key="anything") as patient:
        with pytest.raises(openai.InternalServerError):
            await ask(patient)
    assert len(scripted.requests) == 1


async def test_nobody_to_ask(openai_client, providers):
    with pytest.raises(openai.InternalServerError) as caught:
        await ask(openai_client)
    assert (caught.value.status_code, caught.value.code) == (503, "not_configured")


async def test_failure_midway_ends_the_stream_with_an_error(openai_client, scripted):
    scripted.script = [TextDelta("Be"), ProviderError(ErrorReason.INTERRUPTED, may_pass=True)]
    chunks, error = await streamed(openai_client)
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


async def test_stream_is_never_begun_anew(openai_client, restarting, usage_rows):
    chunks, error = await streamed(openai_client)
    assert (texts(chunks), error.code) == (["Be"], "interrupted")
    assert restarting[1].requests == []
    assert [row.outcome for row in usage_rows] == ["partial"]


async def test_whole_answer_may_begin_anew(openai_client, restarting):
    completion = await ask(openai_client)
    assert (completion.choices[0].message.content, completion.model) == ("Because.", "other")


async def test_vendor_that_takes_back_what_it_said(openai_client, scripted):
    scripted.script = [TextDelta("Bad"), AnswerRestarted("replaced"), TextDelta("Good"), AnswerEnded()]
    chunks, error = await streamed(openai_client)
    assert (texts(chunks), error.code) == (["Bad"], "replaced")
    assert (await ask(openai_client)).choices[0].message.content == "Good"


async def test_failover_before_the_first_word_shows_in_the_model_alone(openai_client, providers):
    broken = ScriptedProvider([ProviderError(ErrorReason.UNAVAILABLE, may_pass=False)])
    providers.have([definition("broken"), definition("other")], broken, ScriptedProvider())
    chunks, error = await streamed(openai_client)
    assert (texts(chunks), error, {chunk.model for chunk in chunks}) == (["Because.", None], None, {"other"})


@pytest.mark.parametrize("stream", [False, True])
async def test_hanging_up_stops_the_provider(openai_client, gate, scripted, usage_rows, stream):
    task = asyncio.create_task(ask(openai_client, stream=True) if stream else ask(openai_client))
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
async def test_unforeseen_error_is_told_without_its_text(openai_url, scripted, monkeypatch, caplog, script):
    async def fail(_request):
        for event in script:
            yield event
        raise ValueError("secret words")

    monkeypatch.setattr(scripted, "answer", fail)
    async with httpx.AsyncClient() as plain:
        asked = {"messages": WHY, "stream": True}
        text = (await plain.post(f"{openai_url}/v1/chat/completions", json=asked)).text
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
async def test_what_never_reaches_the_api_is_refused_in_its_shape(openai_url, method, path, sent, told):
    async with httpx.AsyncClient(base_url=openai_url) as plain:
        response = await plain.request(method, path, **sent)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == told
    assert error["type"] == "invalid_request_error"
