"""OpenAI's API, asked by OpenAI's own library over a real socket."""

import httpx
import openai
import pytest

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    Origin,
    TextDelta,
    Turn,
)
from providers_app.tests.openai_client import SCRIPT, SOURCE, USAGE, WHY, ask, streamed, texts
from providers_app.tests.scripted import ScriptedProvider, definition


async def test_answer_as_a_whole(openai_client, scripted, usage_rows):
    scripted.script = SCRIPT
    completion = await ask(openai_client, temperature=0.5, user="somebody", seed=1, logit_bias={})
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


async def test_answer_as_a_stream(openai_client, scripted):
    scripted.script = SCRIPT
    chunks, error = await streamed(openai_client, stream_options={"include_usage": True})
    assert error is None
    assert texts(chunks) == ["Be", "cause [1].", None]
    assert [chunk.choices[0].delta.role for chunk in chunks[:3]] == ["assistant", None, None]
    assert [chunk.choices[0].finish_reason for chunk in chunks[:3]] == [None, None, "stop"]
    assert chunks[2].sources == [SOURCE]
    assert (chunks[3].choices, chunks[3].usage.to_dict()) == ([], USAGE)
    assert {(chunk.id, chunk.object, chunk.model) for chunk in chunks} == {
        (chunks[0].id, "chat.completion.chunk", "scripted")
    }


async def test_stream_without_usage_ends_with_its_reason(openai_client, scripted):
    scripted.script = [TextDelta("Be"), AnswerEnded("length", usage=USAGE)]
    chunks, _ = await streamed(openai_client)
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None, "length"]


async def test_stream_is_what_the_format_says(openai_url, scripted):
    async with httpx.AsyncClient() as plain:
        asked = {"model": "default", "messages": WHY, "stream": True}
        response = await plain.post(
            f"{openai_url}/v1/chat/completions", json=asked, headers={"Authorization": "Bearer x"}
        )
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    *chunks, done, rest = response.text.split("\n\n")
    assert [chunk[:6] for chunk in chunks] == ["data: "] * 2
    assert (done, rest) == ("data: [DONE]", "")


@pytest.mark.parametrize(("reason", "told"), [("not_found", "stop"), ("content_filter", "content_filter")])
async def test_finish_reason_is_one_of_openais(openai_client, scripted, reason, told):
    scripted.script = [TextDelta("No."), AnswerEnded(reason)]
    completion = await ask(openai_client)
    assert completion.choices[0].finish_reason == told
    assert completion.usage.total_tokens == 0


async def test_first_words_come_before_the_rest_is_known(openai_client, gate, scripted):
    stream = await ask(openai_client, stream=True)
    chunks = aiter(stream)
    assert (await anext(chunks)).choices[0].delta.content == "Press "
    gate.set()
    assert texts([chunk async for chunk in chunks]) == ["the button.", None]


async def test_messages_become_a_question_in_its_dialogue(openai_client, scripted):
    messages = [
        {"role": "system", "content": "Be a pirate."},
        {"role": "user", "content": "Hello?"},
        {"role": "user", "content": [{"type": "text", "text": "What is"}, {"type": "text", "text": "RAG?"}]},
        {"role": "assistant", "content": "A way to answer."},
        {"role": "user", "content": "为什么要用它？"},
    ]
    await ask(openai_client, messages)
    (request,) = scripted.requests
    assert (request.question, request.language, request.context) == ("为什么要用它？", "zh", ())
    assert request.history == (Turn("What is\nRAG?", "A way to answer."),)
    assert "pirate" not in repr(request)


async def test_long_dialogue_keeps_its_latest_turns(openai_client, scripted):
    said = [{"role": role, "content": f"{role} {n}"} for n in range(50) for role in ("user", "assistant")]
    await ask(openai_client, [*said, *WHY])
    history = scripted.requests[0].history
    assert (len(history), history[-1]) == (20, Turn("user 49", "assistant 49"))


async def test_models_are_the_default_and_those_that_clients_may_choose(openai_client, providers):
    beta = ScriptedProvider([TextDelta("Beta."), AnswerEnded()])
    definitions = [definition("alpha"), definition("beta", is_choosable=True), definition("gamma")]
    providers.have(definitions, ScriptedProvider(), beta, ScriptedProvider())
    assert [model.id async for model in openai_client.models.list()] == ["default", "beta"]
    assert (await openai_client.models.retrieve("beta")).to_dict() == {
        "id": "beta",
        "object": "model",
        "created": 0,
        "owned_by": "realtime-rag",
    }
    assert (await ask(openai_client, model="beta")).choices[0].message.content == "Beta."
    assert (await ask(openai_client)).model == "alpha"
    for model in ("gamma", "gpt-4"):
        with pytest.raises(openai.NotFoundError) as caught:
            await ask(openai_client, model=model)
        assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
        with pytest.raises(openai.NotFoundError):
            await openai_client.models.retrieve(model)


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
async def test_what_cannot_be_taken_is_refused_by_name(openai_client, scripted, changed, param, code):
    with pytest.raises(openai.BadRequestError) as caught:
        await ask(openai_client, **changed)
    error = caught.value
    assert (error.param, error.code, error.type) == (param, code, "invalid_request_error")
    assert scripted.requests == []
