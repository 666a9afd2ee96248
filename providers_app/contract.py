"""What every answer provider offers: one streaming method, typed events, one kind of error."""

from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol, runtime_checkable

from providers_app.options import Traits

NOT_FOUND = "not_found"
MAX_TURNS = 20
"""How many turns of a conversation are remembered for providers that do not remember themselves."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation and the answer it got."""

    question: str
    answer: str


@dataclass(slots=True)
class Dialogue:
    """What a conversation has come to. The gateway reads it and adds to it; at most one answer runs at a time.

    `user` is a pseudonym of the speaker for vendors that want one, `memories` the vendors' own names of this
    conversation by provider, and `provider` the name of the one that it is pinned to, or "".
    """

    user: str = ""
    provider: str = ""
    turns: deque[Turn] = field(default_factory=lambda: deque(maxlen=MAX_TURNS))
    memories: dict[str, str] = field(default_factory=dict)


class Origin(StrEnum):
    """Where a question comes from."""

    SOCKET = "socket"
    API = "api"
    OPENAI = "openai"
    COMMAND = "command"
    BATCH = "batch"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """One question as it goes to a provider.

    `question` holds the question's own words, `context` the finals heard before it, oldest first, and `language`
    is "zh" or "en"; `may_restart` says whether a client can forget what it was told of an answer that began anew;
    `search` says whether the web is searched (False: by nobody but a web search that is itself active or chosen),
    None where the question decides; where `only_known`, the built-in knowledge base says no word if it knows nothing.
    The gateway fills in the rest: `history` holds the turns before, oldest first, within the provider's budget;
    `memory` is what this provider called the conversation when it last answered, and `remember` takes that name as
    soon as it is known; `user` is a pseudonym of the speaker. A question that leans on what was said before also comes
    as `standalone`, with the earlier question in front, for vendors that are told nothing else. For models,
    `instructions` is the system's message and `prompt` the user's, with the question and the passages found for it.
    """

    question: str
    context: tuple[str, ...] = ()
    language: str = "en"
    origin: Origin = Origin.SOCKET
    may_restart: bool = True
    search: bool | None = None
    only_known: bool = False
    history: tuple[Turn, ...] = ()
    memory: str = ""
    remember: Callable[[str], None] = field(default=lambda _memory: None, compare=False, repr=False)
    user: str = ""
    standalone: str = ""
    instructions: str = ""
    prompt: str = ""


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
    """The sources, as soon as they are known, and before the answer ends; later ones take the place of earlier ones."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer's text, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerRestarted:
    """What was said so far no longer counts, because of `reason`; the answer begins anew."""

    reason: str


@dataclass(frozen=True, slots=True)
class QuestionsSuggested:
    """What the vendor proposes to ask next."""

    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something about the answer that the client should know, as a short English note."""

    note: str


@dataclass(frozen=True, slots=True)
class AnswerEnded:
    """The answer is complete.

    `finish_reason` is "stop", "length", "content_filter", or `NOT_FOUND` where the provider knows none, which alone may
    come without a word. `usage` has `prompt_tokens`, `completion_tokens` and `total_tokens` as far as the vendor counts
    them. `memory` is what the vendor calls the conversation, `message_id` what it calls this answer.
    """

    finish_reason: str = "stop"
    model: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    memory: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class ProviderChosen:
    """Who answers from here on; the gateway says it before anything else and at each failover, adapters never do."""

    provider: str
    is_cached: bool = False


ProviderEvent = ProviderChosen | SourcesFound | TextDelta | AnswerRestarted | QuestionsSuggested | Noticed | AnswerEnded


class ErrorReason(StrEnum):
    """Why a provider could not answer, as records and metrics name it."""

    NOT_CONFIGURED = "not_configured"
    KEY_MISSING = "key_missing"
    TIMEOUT = "timeout"
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    INSECURE = "insecure"
    ADDRESS_REFUSED = "address_refused"
    REDIRECTED = "redirected"
    UNAUTHORIZED = "unauthorized"
    NOT_FOUND = "not_found"
    RATE_LIMITED = "rate_limited"
    QUOTA_EXCEEDED = "quota_exceeded"
    TOO_LONG = "too_long"
    REJECTED = "rejected"
    UNAVAILABLE = "unavailable"
    OVERLOADED = "overloaded"
    RESTING = "resting"
    INTERRUPTED = "interrupted"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    BLOCKED = "blocked"
    REPLACED = "replaced"
    EMPTY = "empty"


class ProviderError(Exception):
    """A provider could not answer.

    `may_pass` says whether the same provider may do better in a moment, not before `retry_after_s` where that is
    given. `detail` is for operators: what the vendor's status and code were, or which command mends it. It never
    holds a key, nor anything that somebody said, so no message of a vendor's own, which may quote both.
    """

    def __init__(
        self, reason: ErrorReason, *, may_pass: bool, detail: str = "", retry_after_s: float | None = None
    ) -> None:
        super().__init__(detail or reason)
        self.reason = reason
        self.may_pass = may_pass
        self.detail = detail
        self.retry_after_s = retry_after_s


@runtime_checkable
class AnswerProvider(Protocol):
    """A configured provider. Closing the iterator of `answer` early stops the generation at the vendor."""

    traits: ClassVar[Traits]

    def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        """Yield what becomes known, then one `AnswerEnded`; raise only `ProviderError`."""
        ...

    async def check(self) -> None:
        """Raise the `ProviderError` that a question would meet now; cheap, and asks no question."""
        ...


@dataclass(frozen=True, slots=True)
class VendorConversation:
    """A conversation as the vendor keeps it; `updated_at` is in seconds since 1970."""

    id: str
    name: str
    updated_at: float


@runtime_checkable
class ConversationKeeper(Protocol):
    """A provider whose vendor keeps conversations. All methods raise `ProviderError`."""

    async def conversations(self, user: str, limit: int) -> list[VendorConversation]: ...

    async def turns(self, conversation: str, user: str, limit: int) -> list[Turn]: ...

    async def rename(self, conversation: str, user: str, name: str) -> None: ...

    async def delete(self, conversation: str, user: str) -> None: ...


@runtime_checkable
class FeedbackTaker(Protocol):
    """A provider whose vendor wants to know how its answers were liked. Raises `ProviderError`."""

    async def rate(self, message_id: str, user: str, rating: str, comment: str) -> None:
        """`rating` is "like", "dislike" or "" for none."""
        ...


@runtime_checkable
class WebSearcher(Protocol):
    """A provider that finds pages of the web. Raises `ProviderError`."""

    async def search(self, question: str, language: str, limit: int) -> tuple[Source, ...]: ...
