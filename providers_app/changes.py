"""What every change of the configured providers brings along, so that all processes notice it."""

from django.db import transaction
from django.db.models import F

from providers_app.models import ProviderConfig, ProviderHealth, Revision

CHANGEABLE = [
    field.name
    for field in ProviderConfig._meta.concrete_fields  # noqa: SLF001 - documented API
    if field.name not in {"id", "created_at", "is_active", "activated_by"}
]
"""What `save` writes of a row that is there: not which one is active, for somebody may be changing that."""


@transaction.atomic
def save(row: ProviderConfig) -> None:
    """Store a new or changed provider, of whose health nothing is known from now on."""
    touch()
    row.version = row.version + 1 if row.pk else 1
    row.save(update_fields=CHANGEABLE if row.pk else None)
    ProviderHealth.objects.filter(provider=row).update(is_healthy=None, checked_at=None)


@transaction.atomic
def activate(row: ProviderConfig, set_by: str) -> None:
    """Let the provider be asked first, from the next question on."""
    touch()
    ProviderConfig.objects.filter(is_active=True).update(is_active=False)
    ProviderConfig.objects.filter(pk=row.pk).update(is_active=True, activated_by=set_by)


def touch() -> None:
    """Let every process notice that something has changed. Of two changes at a time, one waits here for the other."""
    if not Revision.objects.filter(pk=1).update(number=F("number") + 1):
        Revision.objects.get_or_create(pk=1, defaults={"number": 1})
