"""The provider kind `openai`: whatever speaks OpenAI's chat completions, and Azure's variant of them."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote

import httpx
from msgspec import Meta

from providers_app.chat import ReasoningFilter, answer_from
from providers_app.completions import PATH, body_of, chunks_of, explain_completion, root_of
from providers_app.contract import AnswerRequest, ProviderEvent
from providers_app.definition import Connection
from providers_app.http import Vendor
from providers_app.options import HeaderName, HeaderValue, ModelOptions, Traits, _

PRESETS = {
    "OpenAI": "https://api.openai.com",
    "Azure OpenAI": "https://YOUR-RESOURCE.openai.azure.com",
    "DeepSeek": "https://api.deepseek.com",
    "DashScope": "https://dashscope.aliyuncs.com/compatible-mode/v1",
    "OpenRouter": "https://openrouter.ai/api/v1",
    "vLLM": "http://127.0.0.1:8000/v1",
    "Ollama": "http://127.0.0.1:11434/v1",
    "LM Studio": "http://127.0.0.1:1234/v1",
    "LiteLLM": "http://127.0.0.1:4000",
}


class OpenAIOptions(ModelOptions, frozen=True, kw_only=True):
    """How this vendor's dialect differs from OpenAI's."""

    api: Annotated[
        Literal["openai", "azure"],
        Meta(
            title=_("Dialect"),
            description=_("Azure: the base URL is the resource's endpoint, and the model is the deployment's name."),
        ),
    ] = "openai"
    api_version: Annotated[
        str, Meta(title=_("API version"), description=_("Azure's alone."), pattern=r"^[\w.-]+\Z", max_length=64)
    ] = "2024-10-21"
    limit_name: Annotated[
        Literal["max_tokens", "max_completion_tokens"],
        Meta(
            title=_("Name of the limit"),
            description=_("How the longest answer is sent. OpenAI's newer models want max_completion_tokens."),
        ),
    ] = "max_tokens"
    asks_usage: Annotated[
        bool,
        Meta(
            title=_("Ask for the usage"), description=_("With stream_options; off for servers that refuse this field.")
        ),
    ] = True
    opens_reasoning: Annotated[
        bool,
        Meta(
            title=_("Reasoning comes unopened"),
            description=_("For models that end their reasoning with </think> and never open it, as DeepSeek-R1 may."),
        ),
    ] = False
    extra_headers: Annotated[
        dict[HeaderName, HeaderValue],
        Meta(title=_("Further headers"), description=_("A JSON object. No secrets: operators can read them here.")),
    ] = {}
    extra_body: Annotated[
        dict[str, Any],
        Meta(title=_("Further fields"), description=_("A JSON object that is sent with each request.")),
    ] = {}


class OpenAIProvider:
    """Streams an answer from `{base}/v1/chat/completions`, or from an Azure deployment."""

    traits: ClassVar = Traits(
        "OpenAI-compatible",
        OpenAIOptions,
        PRESETS["OpenAI"],
        key="optional",
        is_model=True,
        presets=PRESETS,
        preset_options={"Azure OpenAI": {"api": "azure"}},
    )

    def __init__(self, connection: Connection, options: OpenAIOptions, client: httpx.AsyncClient) -> None:
        is_azure = options.api == "azure"
        headers = dict(options.extra_headers)
        if connection.key:
            headers |= {"api-key": connection.key} if is_azure else {"Authorization": f"Bearer {connection.key}"}
        self._vendor = Vendor(connection, client, headers=headers, explain=explain_completion)
        self._options = options
        self._params = {"api-version": options.api_version} if is_azure else None
        if is_azure:
            root = f"{connection.base_url.rstrip('/').removesuffix('/openai')}/openai"
            self._url, self._models = f"{root}/deployments/{quote(options.model, safe='')}{PATH}", f"{root}/models"
        else:
            root = root_of(connection.base_url)
            self._url, self._models = root + PATH, f"{root}/models"

    def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        """Yield the answer without its reasoning, and how many tokens it took."""
        body = body_of(request, self._options, limit=self._options.limit_name)
        if not self._options.asks_usage:
            del body["stream_options"]
        body = self._options.extra_body | body
        exchange = self._vendor.stream("POST", self._url, json=body, params=self._params)
        reasoning = ReasoningFilter(is_open=self._options.opens_reasoning)
        return answer_from(exchange, chunks_of, self._options.model, reasoning)

    async def check(self) -> None:
        """The vendor lists its models."""
        await self._vendor.call("GET", self._models, params=self._params)
