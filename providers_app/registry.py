"""Which kinds of provider there are: a kind's name and where its class is. Adding one is a line here and a file."""

from functools import cache
from importlib import import_module

from providers_app.contract import AnswerProvider

KINDS = {
    "knowledge": "providers_app.adapters.knowledge:KnowledgeProvider",
}


@cache
def provider_of(kind: str) -> AnswerProvider:
    """The provider of a kind, made at first use. Raises `KeyError` for an unknown kind."""
    module, _, name = KINDS[kind].partition(":")
    provider: AnswerProvider = getattr(import_module(module), name)()
    return provider
