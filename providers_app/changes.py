"""What every change of the configured providers brings along, so that all processes notice it."""

from django.db import transaction
from django.db.models import F

from providers_app.models import ProviderConfig, ProviderHealth, Revision


@transaction.atomic
def save(row: ProviderConfig) -> None:
    """Store a new or changed provider, of whose health nothing is known from now on."""
    touch()
    row.version = row.version + 1 if row.pk else 1
    row.save()
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
