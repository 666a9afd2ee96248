"""One question on its way through the providers: what was asked, and what became of it so far."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypedDict

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    AnswerRestarted,
    Dialogue,
    ProviderChosen,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)
from providers_app.definition import Definition, Snapshot
from providers_app.gateway import incidents


class Attempt(TypedDict):
    """One exchange with a provider; `reason` is that of its error, "" where it answered, or "cancelled"."""

    provider: str
    reason: str
    ms: float


@dataclass(slots=True)
class Told:
    """What the client has been told of the answer so far. `first_token_at` is in `perf_counter` seconds."""

    provider: str = ""
    is_cached: bool = False
    pieces: list[str] = field(default_factory=list)
    sources: tuple[Source, ...] = ()
    first_token_at: float | None = None
    ended: AnswerEnded | None = None

    def take(self, event: ProviderEvent) -> None:
        match event:
            case TextDelta(text):
                if not self.pieces:
                    self.first_token_at = perf_counter()
                self.pieces.append(text)
            case ProviderChosen(provider, is_cached):
                self.provider, self.is_cached = provider, is_cached
            case SourcesFound(sources):
                self.sources = sources
            case AnswerRestarted():
                self.pieces.clear()
                self.sources, self.first_token_at = (), None
            case AnswerEnded():
                self.ended = event


@dataclass(slots=True)
class Question:
    """What the parts of the gateway know of a question. `errors` are those that were met, in their order."""

    request: AnswerRequest
    dialogue: Dialogue
    is_part_of_dialogue: bool
    snapshot: Snapshot = field(default_factory=Snapshot)
    told: Told = field(default_factory=Told)
    attempts: list[Attempt] = field(default_factory=list)
    errors: list[ProviderError] = field(default_factory=list)

    @contextmanager
    def attempt(self, definition: Definition) -> Iterator[None]:
        """Note how an exchange with a provider ends."""
        started_at, reason = perf_counter(), "cancelled"
        try:
            yield
            reason = ""
        except ProviderError as error:
            reason = error.reason
            self.errors.append(error)
            incidents.tell(definition, error)
            raise
        finally:
            self.attempts.append(Attempt(provider=definition.name, reason=reason, ms=ms_since(started_at)))


def ms_since(moment: float) -> float:
    """Milliseconds since a moment of `perf_counter`."""
    return round((perf_counter() - moment) * 1000, 2)
