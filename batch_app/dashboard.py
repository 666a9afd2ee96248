"""The part of the admin's first page that is about batches."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from batch_app.counts import counts_of
from batch_app.models import OPEN, BatchTask
from batch_app.status import status

MAX_SHOWN = 8


def overview(reader: PermissionsMixin | AnonymousUser) -> dict[str, Any]:
    """What the page's template needs: `cards`, the `open` batches that come first, how many `more` there are.

    The cards lead to lists that the reader may see. `warning` says why nothing goes on, "" where it does.
    """
    found = status()
    alive = sum(worker.is_alive for worker in found.workers)
    number_open = found.queue.pending + found.queue.running + found.queue.paused
    more = number_open - MAX_SHOWN
    cards = [
        (_("Open batches"), number_open, "batchtask", "?state=open"),
        (_("Questions waiting"), found.queue.items_waiting, "batchitem", "?status__exact=pending"),
        (_("Questions in flight"), found.queue.items_running, "batchitem", "?status__exact=running"),
        (_("Workers"), alive, "batchworker", ""),
    ]
    return {
        "title": _("Open batches"),
        "warning": _warning(is_enabled=found.enabled, has_worker=alive > 0),
        "cards": [
            {
                "title": title,
                "value": number_format(value, force_grouping=True),
                "href": _list(model, query) if reader.has_perm(f"batch_app.view_{model}") else "",
            }
            for title, value, model, query in cards
        ],
        "open": _open(),
        "more": ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more} if more > 0 else "",
    }


def _warning(*, is_enabled: bool, has_worker: bool) -> str:
    if not is_enabled:
        return _("Batches are switched off (BATCH_ENABLED): what waits is not answered.")
    return "" if has_worker else _("No worker has been heard of lately: batches wait until one is started.")


def _list(model: str, query: str) -> str:
    return reverse(f"admin:batch_app_{model}_changelist") + query


def _open() -> list[dict[str, Any]]:
    """Those that are answered first, in their turn."""
    in_turn = BatchTask.objects.filter(is_complete=True, status__in=OPEN).order_by("-priority", "created_at")
    tasks = list(in_turn[:MAX_SHOWN])
    counts = counts_of([task.pk for task in tasks])
    return [{"task": task, "counts": counts[task.pk]} for task in tasks]
