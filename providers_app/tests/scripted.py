"""A provider that does what a test tells it to, registered as a kind of its own."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import pytest

from providers_app import registry
from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)

SOURCES = (Source(1, "Title", "Text", score=1.5),)
Step = ProviderEvent | ProviderError | asyncio.Event
"""What to do next: yield an event, fail, or wait until somebody sets it."""


@dataclass
class ScriptedProvider:
    """Answers every question by the same `script`; `requests` and `stopped` tell what became of them."""

    script: list[Step] = field(default_factory=lambda: [TextDelta("Because."), AnswerEnded()])
    requests: list[AnswerRequest] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    is_fine: bool = True

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        self.requests.append(request)
        is_done = False
        try:
            for step in self.script:
                match step:
                    case asyncio.Event():
                        await step.wait()
                    case ProviderError():
                        raise step
                    case _:
                        is_done = isinstance(step, AnswerEnded)
                        yield step
        finally:
            if not is_done:
                self.stopped.append(request.question)

    async def is_healthy(self) -> bool:
        return self.is_fine


@pytest.fixture
def scripted(settings, monkeypatch: pytest.MonkeyPatch) -> ScriptedProvider:
    """The active provider of the test."""
    provider = ScriptedProvider()
    monkeypatch.setitem(registry.KINDS, "scripted", f"{__name__}:ScriptedProvider")
    monkeypatch.setattr(registry, "provider_of", lambda _kind: provider)
    monkeypatch.setattr("providers_app.gateway.provider_of", lambda _kind: provider)
    settings.RAG_PROVIDER = "scripted"
    return provider


@pytest.fixture
def gate(scripted: ScriptedProvider) -> asyncio.Event:
    """Lets the scripted provider say one word and then wait until the gate is opened."""
    gate = asyncio.Event()
    scripted.script = [SourcesFound(SOURCES), TextDelta("Press "), gate, TextDelta("the button."), AnswerEnded()]
    return gate
