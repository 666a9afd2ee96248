"""What can be set about a provider, by its kind: typed, validated, and what the admin's form is made from."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from msgspec import Meta, Struct

_ = str
"""Marks texts for translation; the admin looks them up."""


ModelName = Annotated[str, Meta(title=_("Model"), description=_("As the vendor calls it."), max_length=128)]


HeaderName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")]
HeaderValue = Annotated[str, Meta(pattern=r"^[\x20-\x7e]*\Z")]


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings that a kind has of its own. `Meta` gives each field's title, help and bounds."""


class ModelOptions(Options, frozen=True, kw_only=True):
    """What all models without knowledge of their own have in common."""

    model: ModelName = ""
    temperature: (
        Annotated[
            float,
            Meta(
                title=_("Temperature"), description=_("Empty for the vendor's own. Newer models refuse it."), ge=0, le=2
            ),
        ]
        | None
    ) = None
    max_answer_tokens: (
        Annotated[
            int,
            Meta(
                title=_("Longest answer"), description=_("In tokens. Empty for the vendor's own."), ge=1, le=10_000_000
            ),
        ]
        | None
    ) = None
    retriever: Annotated[
        Literal["none", "knowledge", "search"],
        Meta(
            title=_("Passages from"),
            description=_("What the model is given to answer from: nothing, the knowledge base, or a web search."),
        ),
    ] = "knowledge"
    max_passages: Annotated[int, Meta(title=_("Passages"), description=_("At most."), ge=1, le=20)] = 5
    is_strict: Annotated[
        bool,
        Meta(
            title=_("Answer from passages alone"),
            description=_("Where no passage fits, the model is not asked, and the answer is that none is known."),
        ),
    ] = False
    max_turns: Annotated[
        int, Meta(title=_("Remembered turns"), description=_("Of the same conversation; 0 for none."), ge=0, le=20)
    ] = 6
    context_tokens: Annotated[
        int,
        Meta(
            title=_("Context window"),
            description=_("In tokens, for everything that is sent. What does not fit is left out: old turns first."),
            ge=512,
            le=10_000_000,
        ),
    ] = 8_192


class SearchOptions(Options, frozen=True, kw_only=True):
    """What all web searches have in common."""

    use: Annotated[
        Literal["answer", "model"],
        Meta(
            title=_("Results"),
            description=_("Whether they are shown as an answer with links, or given to the first model."),
        ),
    ] = "answer"


@dataclass(frozen=True, slots=True)
class Traits:
    """What there is to know about a kind of provider before one is configured.

    `key` says whether it needs an API key. A model (`is_model`) is sent prompts and the history; a kind that
    `remembers` keeps the conversation itself; one that `is_search` answers from the web. `uses_context` says whether
    the finals before the question matter to the answer. `presets` are well-known vendors: name → base URL; their
    `preset_options` are set besides.
    """

    title: str
    options: type[Options] = Options
    default_base_url: str = ""
    has_base_url: bool = True
    key: Literal["none", "optional", "required"] = "required"
    is_model: bool = False
    remembers: bool = False
    is_search: bool = False
    uses_context: bool = False
    presets: dict[str, str] = field(default_factory=dict)
    preset_options: dict[str, dict[str, str]] = field(default_factory=dict)
