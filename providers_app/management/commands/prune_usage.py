"""`manage.py prune_usage`: deletes what questions took, once its time of retention is over."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from providers_app.models import UsageRecord

BATCH = 1_000
"""How many rows are deleted in one transaction; the service's own writing waits for it."""


class Command(BaseCommand):
    help = "Deletes the records of usage that are older than USAGE_RETENTION_DAYS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Delete in small transactions, then say how many there were."""
        old = UsageRecord.objects.filter(asked_at__lt=timezone.now() - timedelta(days=settings.USAGE_RETENTION_DAYS))
        count = 0
        while keys := list(old.order_by("asked_at").values_list("pk", flat=True)[:BATCH]):
            count += UsageRecord.objects.filter(pk__in=keys).delete()[0]
        self.stdout.write(f"{count} records of usage deleted")
