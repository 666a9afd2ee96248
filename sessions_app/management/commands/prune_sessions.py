"""`manage.py prune_sessions`: deletes the sessions whose time of retention is over."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Q
from django.utils import timezone
from rich.console import Console
from rich.progress import track

from providers_app.management.retention import days
from sessions_app.models import RealtimeSession
from sessions_app.selection import has_content, is_live

BATCH = 50
"""How many sessions are deleted in one transaction; the service's own writing waits for it."""
EMPTY_DAYS = 1


class Command(BaseCommand):
    help = "Deletes sessions with all that was said, asked and answered in them. Live sessions are never touched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How old, whether empty ones too, and whether only to count."""
        parser.add_argument(
            "--older-than",
            type=days,
            default=str(settings.SESSION_RETENTION_DAYS),
            metavar="DAYS",
            help="delete sessions that ended more than DAYS days ago (default: SESSION_RETENTION_DAYS, %(default)s)",
        )
        parser.add_argument(
            "--empty", action="store_true", help="delete also sessions of more than a day ago without any speech"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say how many would be deleted")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Delete in small transactions, then say how many there were."""
        now = timezone.now()
        chosen = Q(seen_at__lt=now - timedelta(days=options["older_than"]))
        if options["empty"]:
            chosen |= ~has_content() & Q(seen_at__lt=now - timedelta(days=EMPTY_DAYS))
        sessions = RealtimeSession.objects.filter(chosen).exclude(is_live())
        if options["dry_run"]:
            self.stdout.write(f"{sessions.count()} sessions would be deleted")
            return
        keys = list(sessions.order_by("seen_at").values_list("pk", flat=True))
        starts = range(0, len(keys), BATCH)
        console = Console(stderr=True, quiet=options["verbosity"] == 0)
        count = 0
        for start in track(starts, "Deleting", console=console, transient=True, disable=not console.is_terminal):
            _, by_model = sessions.filter(pk__in=keys[start : start + BATCH]).delete()
            count += by_model.get(RealtimeSession._meta.label, 0)  # noqa: SLF001 - documented API
        self.stdout.write(f"{count} sessions deleted")
