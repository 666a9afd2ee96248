"""A configured provider as processes use it: an unchanging copy of what operators have set."""

from dataclasses import dataclass, field
from enum import StrEnum

from providers_app.options import Options


@dataclass(frozen=True, slots=True)
class Connection:
    """How a provider is reached. `name` is the provider's; `key` is "" where there is none."""

    name: str
    base_url: str = ""
    key: str = field(default="", repr=False)
    connect_timeout_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a provider is held to. `max_attempts` counts the first; `max_concurrent` holds over all processes.

    `cache_s` is how long an answer serves for the same question; 0 for never.
    """

    first_token_timeout_s: float = 30.0
    between_tokens_timeout_s: float = 30.0
    total_timeout_s: float = 120.0
    max_attempts: int = 2
    max_concurrent: int = 32
    cache_s: int = 0


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, and a request, in `currency`."""

    per_million_prompt_tokens: float = 0.0
    per_million_completion_tokens: float = 0.0
    per_request: float = 0.0
    currency: str = "USD"


class MidwayFailure(StrEnum):
    """What happens when a provider fails after it has begun to answer."""

    KEEP = "keep"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Definition:
    """One provider. `version` grows with every change; `is_choosable` says whether clients may ask for it by name."""

    name: str
    kind: str
    connection: Connection
    options: Options
    limits: Limits = Limits()
    prices: Prices = Prices()
    on_midway_failure: MidwayFailure = MidwayFailure.KEEP
    is_choosable: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template of what a model is told. `purpose` is "grounded" (with passages) or "plain"."""

    purpose: str
    language: str
    version: int
    instructions: str
    message: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that operators have set, at one moment.

    `definitions` holds the enabled providers in the order of failover, the active one first.
    """

    revision: int = 0
    definitions: tuple[Definition, ...] = ()
    prompts: tuple[Prompt, ...] = ()

    def named(self, name: str) -> Definition | None:
        return next((definition for definition in self.definitions if definition.name == name), None)
