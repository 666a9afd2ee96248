"""The provider kind `gemini`: Google's Gemini API."""

import re
from collections.abc import AsyncGenerator
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

import httpx
import msgspec
from msgspec import Meta, Struct, field

from providers_app.chat import Chunk, answer_from, messages, usage
from providers_app.contract import AnswerRequest, ErrorReason, ProviderError, ProviderEvent, Source
from providers_app.definition import Connection
from providers_app.errors import explain
from providers_app.http import Reply, Vendor
from providers_app.options import ModelName, ModelOptions, Traits, _

_FINISH_REASONS = {
    "MAX_TOKENS": "length",
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "BLOCKLIST": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "SPII": "content_filter",
    "LANGUAGE": "content_filter",
}
"""From the reference of `Candidate.finishReason`; all others are a "stop"."""


class GeminiOptions(ModelOptions, frozen=True, kw_only=True):
    """What all models have, and what Gemini can do besides."""

    model: ModelName = "gemini-flash-latest"
    thinking_budget: (
        Annotated[
            int,
            Meta(
                title=_("Thinking budget"),
                description=_("In tokens; 0 answers soonest, -1 leaves it to the model. Empty for the vendor's own."),
                ge=-1,
            ),
        ]
        | None
    ) = None
    searches_google: Annotated[
        bool,
        Meta(
            title=_("Search with Google"),
            description=_("The model searches by itself, and its pages are the sources; take passages from nowhere."),
        ),
    ] = False


class _Part(Struct):
    text: str = ""
    thought: bool = False


class _Content(Struct):
    parts: list[_Part] = []


class _Page(Struct):
    uri: str = ""
    title: str = ""


class _Found(Struct):
    web: _Page | None = None


class _Grounding(Struct, rename="camel"):
    grounding_chunks: list[_Found] = []


class _Candidate(Struct, rename="camel"):
    content: _Content = field(default_factory=_Content)
    finish_reason: str = ""
    grounding_metadata: _Grounding = field(default_factory=_Grounding)


class _Feedback(Struct, rename="camel"):
    block_reason: str = ""


class _Usage(Struct, rename="camel"):
    prompt_token_count: int | None = None
    candidates_token_count: int = 0
    thoughts_token_count: int = 0
    total_token_count: int | None = None


class _Response(Struct, rename="camel"):
    """A `GenerateContentResponse`; fields without a value are left out of it."""

    candidates: list[_Candidate] = []
    prompt_feedback: _Feedback = field(default_factory=_Feedback)
    usage_metadata: _Usage | None = None
    model_version: str = ""
    response_id: str = ""


class GeminiProvider:
    """Streams an answer from `{base}/v1beta/models/{model}:streamGenerateContent`."""

    traits: ClassVar = Traits("Gemini", GeminiOptions, "https://generativelanguage.googleapis.com", is_model=True)

    def __init__(self, connection: Connection, options: GeminiOptions, client: httpx.AsyncClient) -> None:
        headers = {"x-goog-api-key": connection.key}
        self._vendor = Vendor(connection, client, headers=headers, explain=_explain, needs_key=True)
        base_url = connection.base_url.rstrip("/")
        version = "" if re.search(r"/v\d\w*$", base_url) else "/v1beta"
        self._model_url = f"{base_url}{version}/models/{quote(options.model.removeprefix('models/'), safe='')}"
        self._options = options

    def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        """Yield the answer without its thoughts, the pages that it was taken from, and how many tokens it took."""
        url = f"{self._model_url}:streamGenerateContent"
        exchange = self._vendor.stream("POST", url, json=self._body(request), params={"alt": "sse"})
        return answer_from(exchange, _chunks, self._options.model)

    async def check(self) -> None:
        """The model is there for this key."""
        await self._vendor.call("GET", self._model_url)

    def _body(self, request: AnswerRequest) -> dict[str, Any]:
        options, body = self._options, dict[str, Any]()
        said = messages(request)
        if said[0]["role"] == "system":
            body["systemInstruction"] = {"parts": [{"text": said.pop(0)["content"]}]}
        body["contents"] = [
            {"role": "user" if each["role"] == "user" else "model", "parts": [{"text": each["content"]}]}
            for each in said
        ]
        budget = options.thinking_budget
        chosen = {
            "temperature": options.temperature,
            "maxOutputTokens": options.max_answer_tokens,
            "thinkingConfig": None if budget is None else {"thinkingBudget": budget},
        }
        if config := {name: value for name, value in chosen.items() if value is not None}:
            body["generationConfig"] = config
        if options.searches_google:
            body["tools"] = [{"google_search": {}}]
        return body


async def _chunks(reply: Reply) -> AsyncGenerator[Chunk]:
    async for event in reply.events():
        if error := _explain(0, event):
            raise error
        try:
            response = msgspec.convert(event, _Response)
        except msgspec.ValidationError:
            continue
        if reason := response.prompt_feedback.block_reason:
            detail = f"blockReason {reason}" if reason.isidentifier() else "blockReason"
            raise ProviderError(ErrorReason.BLOCKED, may_pass=False, detail=detail)
        yield _chunk(response)


def _chunk(response: _Response) -> Chunk:
    candidate = response.candidates[0] if response.candidates else _Candidate()
    pages = [found.web for found in candidate.grounding_metadata.grounding_chunks if found.web]
    counts, reason = response.usage_metadata or _Usage(), candidate.finish_reason
    spent = counts.candidates_token_count + counts.thoughts_token_count
    return Chunk(
        "".join(part.text for part in candidate.content.parts if not part.thought),
        _FINISH_REASONS.get(reason, "stop") if reason else "",
        response.model_version,
        response.response_id,
        usage(counts.prompt_token_count, spent, counts.total_token_count) if response.usage_metadata else {},
        tuple(Source(number, page.title, "", page.uri) for number, page in enumerate(pages, start=1)),
    )


def _explain(status: int, body: Any) -> ProviderError | None:
    """An exhausted quota names what was used up, and when to come back, in the error's details."""
    error = explain(status, body)
    if error is None or error.reason is not ErrorReason.RATE_LIMITED:
        return error
    details = msgspec.json.encode(body).decode()
    if "PerDay" in details:
        return ProviderError(ErrorReason.QUOTA_EXCEEDED, may_pass=False, detail=error.detail)
    if found := re.search(r'"retryDelay":"(\d+(?:\.\d+)?)s"', details):
        error.retry_after_s = float(found[1])
    return error
