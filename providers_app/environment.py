"""The providers that the environment's variables describe, put into the database when a server starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from providers_app import keys
from providers_app.models import ProviderConfig, Revision


@dataclass(frozen=True, slots=True)
class Described:
    """A provider as the environment describes it."""

    kind: str
    base_url: str = ""
    key: str = field(default="", repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)
    timeout_s: float | None = None


def described() -> list[Described]:
    """What the environment describes, in the order of failover; the knowledge base is always there, last."""
    return [Described(kind) for kind in dict.fromkeys((settings.RAG_PROVIDER, "knowledge"))]


@transaction.atomic
def apply() -> None:
    """Add what is missing. What an operator has changed stays as it is."""
    for order, found in enumerate(described(), start=1):
        _row, is_new = ProviderConfig.objects.get_or_create(
            name=found.kind,
            defaults={
                "kind": found.kind,
                "base_url": found.base_url,
                "encrypted_key": keys.encrypt(found.key),
                "key_ending": found.key[-4:],
                "options": dict(found.options),
                "order": order * 10,
                "set_by": ProviderConfig.SetBy.ENVIRONMENT,
            },
        )
        if is_new:
            touch()
    if not ProviderConfig.objects.filter(is_active=True).exists():
        ProviderConfig.objects.filter(name=settings.RAG_PROVIDER).update(is_active=True)
        touch()


def touch() -> None:
    """Let every process notice that something has changed."""
    if not Revision.objects.filter(pk=1).update(number=F("number") + 1):
        Revision.objects.create(pk=1, number=1)
