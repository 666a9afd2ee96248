"""Which kinds of provider there are: a kind's name and where its class is. Adding one is a line here and a file."""

from functools import cache
from importlib import import_module
from typing import Any

import httpx

from providers_app.contract import AnswerProvider
from providers_app.definition import Definition
from providers_app.options import Traits

KINDS = {
    "knowledge": "providers_app.adapters.knowledge:KnowledgeProvider",
    "dify": "providers_app.adapters.dify:DifyProvider",
    "openai": "providers_app.adapters.openai:OpenAIProvider",
    "context": "providers_app.adapters.context:ContextProvider",
    "custom": "providers_app.adapters.custom:CustomProvider",
    "gemini": "providers_app.adapters.gemini:GeminiProvider",
    "ollama": "providers_app.adapters.ollama:OllamaProvider",
    "serper": "providers_app.adapters.serper:SerperProvider",
}


def traits_of(kind: str) -> Traits:
    """Raises `KeyError` for an unknown kind."""
    traits: Traits = _class(kind).traits
    return traits


def make(definition: Definition, client: httpx.AsyncClient) -> AnswerProvider:
    """The provider that `definition` describes. Raises `KeyError` for an unknown kind."""
    provider: AnswerProvider = _class(definition.kind)(definition.connection, definition.options, client)
    return provider


def _class(kind: str) -> Any:
    return _found(KINDS[kind])


@cache
def _found(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
