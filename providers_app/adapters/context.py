"""The provider kind `context`: a service with OpenAI's shapes at a base URL of its own."""

from collections.abc import AsyncGenerator
from typing import ClassVar

import httpx

from providers_app.chat import answer_from
from providers_app.completions import PATH, body_of, chunks_of, explain_completion, root_of
from providers_app.contract import AnswerRequest, ProviderEvent
from providers_app.definition import Connection
from providers_app.http import Vendor
from providers_app.options import ModelName, ModelOptions, Traits


class ContextOptions(ModelOptions, frozen=True, kw_only=True):
    """What all models have, with the vendor's own default."""

    model: ModelName = "gpt-4"


class ContextProvider:
    """Streams an answer from `{base}/v1/chat/completions`."""

    traits: ClassVar = Traits("Context", ContextOptions, "https://api.context.ai", is_model=True)

    def __init__(self, connection: Connection, options: ContextOptions, client: httpx.AsyncClient) -> None:
        headers = {"Authorization": f"Bearer {connection.key}"}
        self._vendor = Vendor(connection, client, headers=headers, explain=explain_completion, needs_key=True)
        self._root = root_of(connection.base_url)
        self._options = options

    def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        """Yield the answer without its reasoning, and how many tokens it took."""
        exchange = self._vendor.stream("POST", self._root + PATH, json=body_of(request, self._options))
        return answer_from(exchange, chunks_of, self._options.model)

    async def check(self) -> None:
        """The vendor lists its models."""
        await self._vendor.call("GET", f"{self._root}/models")
