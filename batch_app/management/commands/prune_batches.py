"""`manage.py prune_batches`: deletes the batches whose time of retention is over."""

from argparse import ArgumentParser
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.console import Console
from rich.progress import track

from batch_app.deletion import delete, finish
from batch_app.models import ENDED, BatchTask
from batch_app.refusals import RefusedError
from providers_app.management.retention import days


class Command(BaseCommand):
    help = "Deletes batches that have ended, with all their questions and answers. Others are never touched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How old, and whether only to count."""
        parser.add_argument(
            "--older-than",
            type=days,
            default=str(settings.BATCH_RETENTION_DAYS),
            metavar="DAYS",
            help="delete batches that ended more than DAYS days ago (default: BATCH_RETENTION_DAYS, %(default)s)",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say how many would be deleted")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Finish what others began, delete one after the other, then say how many there were."""
        before = timezone.now() - timedelta(days=options["older_than"])
        old = BatchTask.objects.filter(is_complete=True, status__in=ENDED, ended_at__lt=before)
        if options["dry_run"]:
            self.stdout.write(f"{old.count()} batches would be deleted")
            return
        finish()
        keys = list(old.order_by("ended_at").values_list("pk", flat=True))
        console = Console(stderr=True, quiet=options["verbosity"] == 0)
        count = 0
        for key in track(keys, "Deleting", console=console, transient=True, disable=not console.is_terminal):
            with suppress(RefusedError):  # somebody else deleted it, or has its failed questions asked again
                delete(key)
                count += 1
        self.stdout.write(f"{count} batches deleted")
