"""OpenAI's chat completions, as many vendors speak them: the request, the stream, the errors."""

import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from providers_app.chat import Chunk, messages, usage
from providers_app.contract import AnswerRequest, ErrorReason, ProviderError
from providers_app.errors import fault_in, meaning_of, refused_parameter
from providers_app.http import Reply, malformed
from providers_app.options import ModelOptions

PATH = "/chat/completions"
_FINISH_REASONS = {
    "length": "length",
    "model_length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
    "sensitive": "content_filter",
}
"""Mistral's, Anthropic's and Zhipu's among OpenAI's own; all others are a "stop"."""
_FAILURES = {"error", "abort", "network_error", "insufficient_system_resource"}
"""What OpenRouter, vLLM, Zhipu and DeepSeek call an answer that was broken off."""
_ADVICE = {
    "max_tokens": "name the limit max_completion_tokens",
    "max_completion_tokens": "name the limit max_tokens",
    "temperature": "leave it empty",
    "stream_options": "do not ask for the usage",
}


class _Part(Struct):
    text: str | None = None


class _Message(Struct):
    content: str | list[_Part] | None = None
    refusal: str | None = None

    @property
    def text(self) -> str:
        """Mistral sends a list, whose parts with reasoning have no text."""
        if isinstance(self.content, list):
            return "".join(part.text or "" for part in self.content)
        return self.content or ""


class _Choice(Struct):
    delta: _Message | None = None
    message: _Message | None = None
    finish_reason: str | None = None


class _Completion(Struct):
    """A chunk of a stream, or a whole answer. Azure sends chunks of which nothing is set."""

    choices: list[_Choice] | None = None
    usage: dict[str, Any] | None = None
    model: str | None = None
    id: str | None = None


def root_of(base_url: str) -> str:
    """The URL that `PATH` comes after, from whatever an operator took for the base.

    It may end with the version (`/v1`, `/api/v3`, `/v1beta/openai`), before it, or with the whole path.
    """
    url = base_url.rstrip("/")
    if url.endswith(PATH):
        return url.removesuffix(PATH)
    return url if re.search(r"/v\d", urlsplit(url).path) else f"{url}/v1"


def body_of(request: AnswerRequest, options: ModelOptions, *, limit: str = "max_tokens") -> dict[str, Any]:
    """The request's body, with nothing in it that the operator has not set; `limit` names the longest answer."""
    chosen = {"model": options.model or None, "temperature": options.temperature, limit: options.max_answer_tokens}
    return {
        "messages": messages(request),
        "stream": True,
        "stream_options": {"include_usage": True},
        **{name: value for name, value in chosen.items() if value is not None},
    }


def explain_completion(status: int, body: Any) -> ProviderError | None:
    """The error in a reply or a chunk; it tells what to set otherwise where the vendor refuses a parameter."""
    fault = fault_in(status, body)
    if fault is None:
        return None
    error, refused = meaning_of(fault), refused_parameter(fault)
    if error.reason is ErrorReason.REJECTED and refused in _ADVICE:
        error.detail += f": {refused} is refused; {_ADVICE[refused]}"
    return error


async def chunks_of(reply: Reply) -> AsyncGenerator[Chunk]:
    """What a reply says, whether it is streamed or not. Raises `ProviderError`."""
    if not reply.is_event_stream:
        yield await _whole(reply)
        return
    async for event in reply.events():
        if error := explain_completion(0, event):
            raise error
        if chunk := _chunk(event):
            yield chunk
    if reply.is_done:
        yield Chunk(finish_reason="stop")


async def _whole(reply: Reply) -> Chunk:
    """The answer of a server that does not stream."""
    body = await reply.json()
    if error := explain_completion(0, body):
        raise error
    if (chunk := _chunk(body)) is None or not (chunk.text or chunk.finish_reason):
        raise malformed("no chat completion")
    return replace(chunk, finish_reason=chunk.finish_reason or "stop")


def _chunk(data: Any) -> Chunk | None:
    """None where it is no chunk at all."""
    try:
        completion = msgspec.convert(data, _Completion)
    except msgspec.ValidationError:
        return None
    choice = completion.choices[0] if completion.choices else _Choice()
    said = choice.delta or choice.message or _Message()
    reason, counts = choice.finish_reason or "", completion.usage or {}
    if reason in _FAILURES:
        raise ProviderError(ErrorReason.INTERRUPTED, may_pass=True, detail=reason)
    return Chunk(
        said.text + (said.refusal or ""),
        _FINISH_REASONS.get(reason, "stop") if reason else "",
        completion.model or "",
        completion.id or "",
        usage(counts.get("prompt_tokens"), counts.get("completion_tokens"), counts.get("total_tokens")),
    )
