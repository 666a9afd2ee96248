"""The provider kind `ollama`: Ollama's own API, which lets the context window be set."""

import re
from collections.abc import AsyncGenerator
from typing import Annotated, Any, ClassVar, Literal

import httpx
import msgspec
from msgspec import Meta, Struct, field

from providers_app.chat import Chunk, answer_from, messages, usage
from providers_app.contract import AnswerRequest, ErrorReason, ProviderError, ProviderEvent
from providers_app.definition import Connection
from providers_app.errors import explain
from providers_app.http import Reply, Vendor, malformed
from providers_app.options import ModelName, ModelOptions, Traits, _


class OllamaOptions(ModelOptions, frozen=True, kw_only=True):
    """What all models have, and what Ollama can be told besides."""

    model: ModelName = "llama3.2"
    keep_alive: Annotated[
        str,
        Meta(
            title=_("Keep in memory"),
            description=_("How long the model stays loaded, as 10m or 2h; -1 for ever. Empty for the server's own."),
            pattern=r"^(-?\d+(ms|s|m|h)?)?\Z",
            max_length=16,
        ),
    ] = ""
    think: Annotated[
        Literal["default", "on", "off"],
        Meta(
            title=_("Think first"),
            description=_("Off answers sooner. Leave it at default for models that cannot think."),
        ),
    ] = "default"


class _Message(Struct):
    content: str = ""


class _Line(Struct):
    message: _Message = field(default_factory=_Message)
    done: bool = False
    done_reason: str = ""
    model: str = ""
    prompt_eval_count: int | None = None
    eval_count: int | None = None


class _Tag(Struct):
    name: str


class _Tags(Struct):
    models: list[_Tag] = []


class OllamaProvider:
    """Streams an answer from `{base}/api/chat`."""

    traits: ClassVar = Traits("Ollama", OllamaOptions, "http://127.0.0.1:11434", key="optional", is_model=True)

    def __init__(self, connection: Connection, options: OllamaOptions, client: httpx.AsyncClient) -> None:
        headers = {"Authorization": f"Bearer {connection.key}"} if connection.key else {}
        self._vendor = Vendor(connection, client, headers=headers, explain=self._explain)
        self._options = options

    def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        """Yield the answer without its reasoning, and how many tokens it took."""
        exchange = self._vendor.stream("POST", "/api/chat", json=self._body(request))
        return answer_from(exchange, self._chunks, self._options.model)

    async def check(self) -> None:
        """The model has been pulled."""
        try:
            tags = msgspec.convert(await self._vendor.call("GET", "/api/tags"), _Tags)
        except msgspec.ValidationError:
            raise malformed("no list of models") from None
        names = {tag.name for tag in tags.models}
        if not names & {self._options.model, f"{self._options.model}:latest"}:
            raise self._not_pulled()

    def _body(self, request: AnswerRequest) -> dict[str, Any]:
        chosen = self._options
        settings = {
            "num_ctx": chosen.context_tokens,
            "num_predict": chosen.max_answer_tokens,
            "temperature": chosen.temperature,
        }
        body: dict[str, Any] = {
            "model": chosen.model,
            "messages": messages(request),
            "stream": True,
            "options": {name: value for name, value in settings.items() if value is not None},
        }
        if chosen.keep_alive:
            is_number = chosen.keep_alive.lstrip("-").isdecimal()
            body["keep_alive"] = int(chosen.keep_alive) if is_number else chosen.keep_alive
        if chosen.think != "default":
            body["think"] = chosen.think == "on"
        return body

    async def _chunks(self, reply: Reply) -> AsyncGenerator[Chunk]:
        is_understood = False
        async for line in reply.lines():
            try:
                data = msgspec.json.decode(line)
                if error := self._explain(0, data):
                    raise error
                said = msgspec.convert(data, _Line)
            except (msgspec.DecodeError, RecursionError):
                continue
            is_understood = True
            reason = "length" if said.done_reason == "length" else "stop"
            counts = usage(said.prompt_eval_count, said.eval_count)
            yield Chunk(said.message.content, reason if said.done else "", said.model, usage=counts)
        if not is_understood:
            raise malformed("no lines of JSON")

    def _explain(self, status: int, body: Any) -> ProviderError | None:
        error = explain(status, body)
        return self._not_pulled() if error is not None and error.reason is ErrorReason.NOT_FOUND else error

    def _not_pulled(self) -> ProviderError:
        model = self._options.model if re.fullmatch(r"[\w./:-]+", self._options.model) else "…"
        return ProviderError(ErrorReason.NOT_FOUND, may_pass=False, detail=f"ollama pull {model}")
