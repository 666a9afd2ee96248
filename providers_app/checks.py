"""What is misconfigured about who answers: said when Django starts, or as far as the database knows it by `check`."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - its name in Django
from django.db import DatabaseError

from providers_app import keys
from providers_app.addresses import url_fault
from providers_app.environment import VARIABLES, is_described
from providers_app.models import ProviderConfig
from providers_app.registry import KINDS, traits_of

MIN_SECRET_LENGTH = 32
FAULTS = {
    "scheme": "must begin with http:// or https://",
    "host": "names no host",
    "credentials": "must hold no user or password",
    "address": "has a port or an address that is none",
}


@register()
def check_active_provider(**_: Any) -> list[CheckMessage]:
    """`RAG_PROVIDER` names a kind that exists, and whose variables are set."""
    kind = settings.RAG_PROVIDER
    if kind not in KINDS:
        hint = f"Set it to one of: {', '.join(sorted(KINDS))}."
        return [Error(f"RAG_PROVIDER names no kind of provider: {kind}", hint=hint, id="providers_app.E001")]
    if not is_described(kind):
        needed = " or ".join(VARIABLES[kind].needed)
        hint = f"Set {needed}, or make another provider the active one in the admin and take RAG_PROVIDER out."
        return [Error(f"RAG_PROVIDER is {kind}, but {needed} is not set", hint=hint, id="providers_app.E002")]
    return []


@register()
def check_search_provider(**_: Any) -> list[CheckMessage]:
    """`SEARCH_PROVIDER` names a kind that searches the web, and whose key is set."""
    kind = settings.SEARCH_PROVIDER
    if not kind:
        return []
    if kind not in KINDS or not traits_of(kind).is_search:
        hint = f"Set it to one of: {', '.join(each for each in KINDS if traits_of(each).is_search)}."
        return [Error(f"SEARCH_PROVIDER names no web search: {kind}", hint=hint, id="providers_app.E003")]
    if not is_described(kind):
        needed = " or ".join(VARIABLES[kind].needed)
        return [
            Warning(
                f"SEARCH_PROVIDER is {kind}, but {needed} is not set: nothing searches the web", id="providers_app.W001"
            )
        ]
    return []


@register()
def check_urls(**_: Any) -> list[CheckMessage]:
    """The vendors' addresses in the environment are ones. They are never shown, for one may hold a password."""
    names = [names.base_url for names in VARIABLES.values() if names.base_url]
    faults = {name: url_fault(url) for name in names if (url := getattr(settings, name))}
    return [Error(f"{name} {FAULTS[fault]}", id="providers_app.E004") for name, fault in faults.items() if fault]


@register(deploy=True)
def check_encryption_secrets(**_: Any) -> list[CheckMessage]:
    """Nobody can guess what encrypts the keys."""
    if all(len(secret) >= MIN_SECRET_LENGTH for secret in settings.ENCRYPTION_SECRETS):
        return []
    hint = f"Use random ones of at least {MIN_SECRET_LENGTH} characters, and then manage.py rotate_keys."
    return [Warning("ENCRYPTION_SECRETS holds a short one", hint=hint, id="providers_app.W003")]


@register(Tags.database)
def check_key_variables(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The variables of keys that enabled providers name are set."""
    if not databases:
        return []
    rows = ProviderConfig.objects.filter(is_enabled=True).exclude(key_variable="")
    try:
        missing = [row for row in rows if not keys.variable(row.key_variable)]
    except DatabaseError:
        return []  # it is away, or not migrated yet
    return [
        Warning(f"Provider {row.name} has its key in {row.key_variable}, which is not set", id="providers_app.W002")
        for row in missing
    ]
