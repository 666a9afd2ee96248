"""The providers that the environment's variables describe, put into the database when a server starts.

A row that is as the environment set it follows the environment at the next start; one that an operator has changed
stays as it is. The same holds for which one is active.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from providers_app import keys
from providers_app.addresses import AddressPolicy
from providers_app.changes import activate, save, touch
from providers_app.definition import Limits
from providers_app.models import ProviderConfig, Revision

SetBy = ProviderConfig.SetBy


@dataclass(frozen=True, slots=True)
class Variables:
    """What the variables of a kind are called. One of those in `needed` must be set for it to be described."""

    needed: tuple[str, ...]
    base_url: str = ""
    key: str = ""
    timeout_s: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


VARIABLES = {
    "dify": Variables(("DIFY_API_KEY",), "DIFY_BASE_URL", "DIFY_API_KEY", "DIFY_TIMEOUT", {"user": "DIFY_USER"}),
    "openai": Variables(
        ("OPENAI_API_KEY", "OPENAI_BASE_URL"),
        "OPENAI_BASE_URL",
        "OPENAI_API_KEY",
        "OPENAI_TIMEOUT",
        {"model": "OPENAI_MODEL"},
    ),
    "context": Variables(("CONTEXT_API_KEY",), "CONTEXT_BASE_URL", "CONTEXT_API_KEY", "CONTEXT_TIMEOUT"),
    "custom": Variables(("CUSTOM_RAG_API_URL",), "CUSTOM_RAG_API_URL", "CUSTOM_RAG_API_KEY", "CUSTOM_RAG_TIMEOUT"),
    "gemini": Variables(("GEMINI_API_KEY",), "", "GEMINI_API_KEY", "GEMINI_TIMEOUT", {"model": "GEMINI_MODEL"}),
    "ollama": Variables(("OLLAMA_BASE_URL",), "OLLAMA_BASE_URL", "", "OLLAMA_TIMEOUT", {"model": "OLLAMA_MODEL"}),
    "serper": Variables(("SERPER_API_KEY",), "", "SERPER_API_KEY", "SERPER_TIMEOUT"),
    "knowledge": Variables(()),
}
"""In the order of failover, after the one that `RAG_PROVIDER` names."""


@dataclass(frozen=True, slots=True)
class Described:
    """A provider as the environment describes it; its kind is also its name."""

    kind: str
    base_url: str = ""
    key: str = field(default="", repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)
    timeout_s: float | None = None


def described() -> list[Described]:
    """What the environment describes, in the order of failover; the knowledge base always is."""
    found = [_described(kind, names) for kind, names in VARIABLES.items() if is_described(kind)]
    return sorted(found, key=lambda each: each.kind != settings.RAG_PROVIDER)


def is_described(kind: str) -> bool:
    names = VARIABLES.get(kind)
    return names is not None and (not names.needed or any(getattr(settings, name) for name in names.needed))


def describes(row: ProviderConfig) -> bool:
    """Whether the row is one that the environment would add if it were not there."""
    return row.name == row.kind and is_described(row.kind)


def address_policy() -> AddressPolicy:
    """Where providers may be. Hosts that the environment itself names need no other permission."""
    urls = (urlsplit(found.base_url) for found in described())
    return AddressPolicy.of(settings.PROVIDER_PRIVATE_ADDRESSES, {url.hostname for url in urls if url.hostname})


@transaction.atomic
def apply() -> None:
    """Let the rows follow the environment, except where an operator has changed them."""
    Revision.objects.select_for_update().get_or_create(pk=1)  # processes that start together take turns here
    found = described()
    for place, each in enumerate(found, start=1):
        row = ProviderConfig.objects.filter(name=each.kind).first()
        if row is None or row.set_by == SetBy.ENVIRONMENT:
            _follow(row or ProviderConfig(name=each.kind, kind=each.kind, set_by=SetBy.ENVIRONMENT), each, 10 * place)
    gone = ProviderConfig.objects.filter(set_by=SetBy.ENVIRONMENT).exclude(name__in=[each.kind for each in found])
    if gone.delete()[0]:
        touch()
    _follow_active()


def _follow(row: ProviderConfig, found: Described, order: int) -> None:
    values = _timeouts(found.timeout_s) | {
        "base_url": found.base_url,
        "options": dict(found.options),
        "order": order,
        "is_enabled": True,
    }
    is_same = all(getattr(row, name) == value for name, value in values.items())
    if row.pk and is_same and keys.is_stored(found.key, row.encrypted_key):
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.encrypted_key, row.key_ending = keys.encrypt(found.key), keys.ending(found.key)
    save(row)


def _follow_active() -> None:
    active = ProviderConfig.objects.filter(is_active=True).first()
    if active and (active.activated_by == SetBy.OPERATOR or active.name == settings.RAG_PROVIDER):
        return
    if wanted := ProviderConfig.objects.filter(name=settings.RAG_PROVIDER).first():
        activate(wanted, SetBy.ENVIRONMENT)


def _described(kind: str, names: Variables) -> Described:
    options = {option: value for option, name in names.options.items() if (value := getattr(settings, name))}
    return Described(
        kind,
        getattr(settings, names.base_url) if names.base_url else "",
        getattr(settings, names.key) if names.key else "",
        options,
        getattr(settings, names.timeout_s) if names.timeout_s else None,
    )


def _timeouts(whole_s: float | None) -> dict[str, float]:
    """The limits from the seconds that existing deployments wait for a whole answer.

    The first word may take all of them, for such a deployment may have waited that long without seeing one.
    """
    usual = Limits()
    return {
        "first_token_timeout_s": whole_s or usual.first_token_timeout_s,
        "between_tokens_timeout_s": min(whole_s or usual.between_tokens_timeout_s, usual.between_tokens_timeout_s),
        "total_timeout_s": whole_s or usual.total_timeout_s,
    }
