"""Providers that do what a test tells them to, of a kind of their own."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from providers_app import gateway, registry, usage
from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    Dialogue,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)
from providers_app.definition import Connection, Definition, Limits, Snapshot
from providers_app.directory import directory
from providers_app.gateway import retrying
from providers_app.gateway.breaker import breaker
from providers_app.options import Options, Traits
from providers_app.store import MemoryBackend, store
from providers_app.usage import Usage, UsageWriter

SOURCES = (Source(1, "Title", "Text", score=1.5),)
Step = ProviderEvent | ProviderError | asyncio.Event
"""What to do next: yield an event, fail, or wait until somebody sets it."""


@dataclass
class ScriptedProvider:
    """Answers every question by the same `script`, after `first`, which holds one for each of the first questions.

    `requests` and `stopped` tell what became of them.
    """

    traits: ClassVar = Traits("Scripted")
    script: list[Step] = field(default_factory=lambda: [TextDelta("Because."), AnswerEnded()])
    requests: list[AnswerRequest] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    fault: ProviderError | None = None
    first: list[list[Step]] = field(default_factory=list)

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        self.requests.append(request)
        is_done = False
        try:
            for step in self.first.pop(0) if self.first else self.script:
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

    async def asked(self, times: int) -> None:
        """Wait until it has been asked so often."""
        async with asyncio.timeout(5):
            while len(self.requests) < times:  # noqa: ASYNC110 - the questions are tasks of this loop
                await asyncio.sleep(0)

    async def check(self) -> None:
        if self.fault:
            raise self.fault


def definition(name: str, kind: str = "scripted", **changed) -> Definition:
    limits = changed.pop("limits", Limits(max_attempts=1))
    return Definition(name, kind, Connection(name), changed.pop("options", Options()), limits, **changed)


async def said(
    request: AnswerRequest | None = None, dialogue: Dialogue | None = None
) -> tuple[list[ProviderEvent], Any]:
    """What the gateway says to a question, and the `ProviderError` that ends it, or None."""
    events: list[ProviderEvent] = []
    try:
        async with aclosing(gateway.ask(request or AnswerRequest("why"), dialogue)) as answer:
            async for event in answer:
                events.append(event)  # noqa: PERF401 - what was said before an error counts
    except ProviderError as error:
        return events, error
    return events, None


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


class Providers:
    """The providers of a test, by name, in the order of failover."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._by_name: dict[str, ScriptedProvider] = {}
        self.snapshot = Snapshot()
        make = registry.make
        known = self._by_name
        monkeypatch.setitem(registry.KINDS, "scripted", f"{__name__}:ScriptedProvider")
        monkeypatch.setattr(
            "providers_app.gateway.clients.make",
            lambda found, client: known.get(found.name) or make(found, client),
        )

        async def current() -> Snapshot:
            return self.snapshot

        monkeypatch.setattr(directory, "current", current)
        monkeypatch.setattr(type(directory), "latest", property(lambda _: self.snapshot))
        monkeypatch.setattr(type(directory), "is_known", True)

    def have(self, definitions: Iterable[Definition], *providers: ScriptedProvider) -> None:
        """From now on these are configured; a scripted provider stands behind each definition, as given."""
        definitions = tuple(definitions)
        self._by_name.update(zip((found.name for found in definitions), providers, strict=False))
        self.snapshot = Snapshot(self.snapshot.revision + 1, definitions)


@pytest.fixture(autouse=True)
def usage_rows(monkeypatch: pytest.MonkeyPatch) -> deque[Usage]:
    """What questions took in this test alone, not yet written. No breaker or cached answer is left of other tests."""
    monkeypatch.setattr(store, "_memory", MemoryBackend())
    monkeypatch.setattr(breaker, "_known", {})
    monkeypatch.setattr(usage, "writer", UsageWriter())
    return usage.writer._rows


@pytest.fixture
def providers(monkeypatch: pytest.MonkeyPatch) -> Providers:
    """No provider, until the test has some."""
    return Providers(monkeypatch)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time by which breakers rest and answers are kept."""
    clock = Clock()
    monkeypatch.setattr(store, "_memory", MemoryBackend(clock))
    monkeypatch.setattr(breaker, "_clock", clock)
    return clock


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, which take no time."""
    taken: list[float] = []

    async def pause(seconds: float) -> None:
        taken.append(seconds)

    monkeypatch.setattr(retrying, "_sleep", pause)
    return taken


@pytest.fixture
def scripted(providers: Providers) -> ScriptedProvider:
    """The one active provider of the test."""
    provider = ScriptedProvider()
    providers.have([definition("scripted")], provider)
    return provider


@pytest.fixture
def gate(scripted: ScriptedProvider) -> asyncio.Event:
    """Lets the scripted provider say one word and then wait until the gate is opened."""
    gate = asyncio.Event()
    scripted.script = [SourcesFound(SOURCES), TextDelta("Press "), gate, TextDelta("the button."), AnswerEnded()]
    return gate
