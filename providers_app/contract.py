"""What every answer provider offers: one streaming method, typed events, one kind of error."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

NOT_CONFIGURED = "not_configured"
"""The reason of the `ProviderError` that says that there is nobody to ask."""


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """One question as it goes to a provider.

    `question` holds the question's own words, `context` the finals heard before it, oldest first, and `language`
    is "zh" or "en".
    """

    question: str
    context: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer comes from. `position` is the citation mark's number, from 1; `score` is the provider's own."""

    position: int
    title: str
    content: str
    url: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class SourcesFound:
    """The sources, as soon as they are known; at most once and before the answer ends."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer's text, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerEnded:
    """The answer is complete. `finish_reason` is "stop", or "not_found" where the provider knows no answer."""

    finish_reason: str = "stop"
    model: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderChosen:
    """Who answers; the gateway says it before anything else, adapters never do."""

    provider: str


ProviderEvent = ProviderChosen | SourcesFound | TextDelta | AnswerEnded


class ProviderError(Exception):
    """A provider could not answer.

    `reason` is a short word for records and metrics ("timeout", "unavailable", "malformed"…); `may_pass` says whether
    trying again can help. The text of the exception is for the log, never for a client.
    """

    def __init__(self, reason: str, *, may_pass: bool, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
        self.may_pass = may_pass


@runtime_checkable
class AnswerProvider(Protocol):
    """A configured provider. Closing the iterator of `answer` early stops the generation at the vendor."""

    def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        """Yield any number of `SourcesFound` and `TextDelta`, then one `AnswerEnded`; raise only `ProviderError`."""
        ...

    async def is_healthy(self) -> bool:
        """Whether the provider would answer now; cheap, and never raises."""
        ...
