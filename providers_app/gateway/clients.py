"""The one pooled HTTP client of each event loop, and the providers that share it."""

import httpx
from cachetools import LRUCache

from providers_app import environment
from providers_app.contract import AnswerProvider
from providers_app.definition import Definition
from providers_app.http import GuardedTransport
from providers_app.loops import PerLoop
from providers_app.registry import make

MAX_PROVIDERS = 256
"""Of how many definitions a provider is kept."""


class Clients:
    """The HTTP client of one event loop, and the provider of each definition that is in use."""

    def __init__(self) -> None:
        transport = GuardedTransport(environment.address_policy())
        self.http = httpx.AsyncClient(transport=transport)
        self._providers: LRUCache[str, tuple[Definition, AnswerProvider]] = LRUCache(MAX_PROVIDERS)

    def provider(self, definition: Definition) -> AnswerProvider:
        """The provider that `definition` describes, made anew where that has changed."""
        known, provider = self._providers.get(definition.name, (None, None))
        if provider is None or (known is not definition and known != definition):
            provider = make(definition, self.http)
            self._providers[definition.name] = (definition, provider)
        return provider


_clients = PerLoop(Clients)


def clients() -> Clients:
    """Those of the running event loop."""
    return _clients.get()


async def close_clients() -> None:
    """Close the connections of the running event loop."""
    if found := _clients.pop():
        await found.http.aclose()
