"""The pages of batches for people: the list, the form, and one batch. What moves on them comes from the API."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from batch_app.control import find
from batch_app.entries import MAX_ENTRIES
from batch_app.interface import reasons, texts
from batch_app.models import OPEN, BatchItem, BatchTask
from batch_app.refusals import RefusedError
from batch_app.results import task_view, task_views
from batch_app.status import workers
from batch_app.submission import DEFAULT_CONCURRENCY
from providers_app.models import ProviderConfig

PAGE_SIZE = 20
PARTS = [BatchItem.Status[name] for name in ("COMPLETED", "FAILED", "RUNNING", "PENDING", "CANCELLED")]
"""The states of questions, in the order in which pages show them."""


@dataclass(frozen=True, slots=True)
class Part:
    """How many questions of a batch are in one state; `key` is that of the text for it."""

    status: str
    key: str
    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Tab:
    """A filter of the list; `status` is "" for all batches."""

    status: str
    text: str
    number: int
    is_chosen: bool


@require_safe
@vary_on_cookie
def batches(request: HttpRequest) -> HttpResponse:
    """The newest first, in one state or all, with a name or all."""
    t, name = texts(), request.GET.get("name", "").replace("\0", "").strip()
    known = BatchTask.objects.filter(is_complete=True)
    named = known.filter(name__icontains=name) if name else known
    status = request.GET.get("status", "")
    status = status if status in BatchTask.Status.values else ""
    wanted = named.filter(status=status) if status else named
    page = Paginator(wanted.prefetch_related("transitions"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **_common(t),
        "name": name,
        "tabs": _tabs(t, named, status),
        "status": status,
        "page": page,
        "rows": [{**view, "state": t["state"][view["status"]]} for view in task_views(page)],
        "is_open": known.filter(status__in=OPEN).exists(),
        "has_any": known.exists(),
    }
    return render(request, "batches/list.html", context)


@require_safe
@vary_on_cookie
def new_batch(request: HttpRequest) -> HttpResponse:
    providers = ProviderConfig.objects.filter(is_enabled=True, is_choosable=True).order_by("name")
    context = {
        **_common(texts()),
        "providers": providers.values_list("name", flat=True),
        "open_batches": BatchTask.objects.filter(is_complete=True, status__in=OPEN),
        "maximum_bytes": settings.BATCH_MAX_REQUEST_BYTES,
        "maximum_questions": MAX_ENTRIES,
        "concurrency": min(DEFAULT_CONCURRENCY, settings.BATCH_MAX_CONCURRENT),
        "maximum_concurrency": settings.BATCH_MAX_CONCURRENT,
    }
    return render(request, "batches/new.html", context)


@require_safe
@vary_on_cookie
def batch(request: HttpRequest, task_id: UUID) -> HttpResponse:
    t = texts()
    try:
        task = find(task_id)
    except RefusedError:
        return render(request, "batches/unknown.html", {"t": t}, status=HTTPStatus.NOT_FOUND)
    view = task_view(task)
    context = {
        **_common(t, is_worker_wanted=task.status in OPEN),
        "task": task,
        "after": task.after,
        "view": view,
        "state": t["state"][task.status],
        "parts": [_part(t, each, view["progress"][each]) for each in PARTS],
        "webhook_host": urlsplit(task.webhook_url).hostname,
        "reasons": reasons(),
    }
    return render(request, "batches/batch.html", context)


def _common(t: dict[str, Any], *, is_worker_wanted: bool = True) -> dict[str, Any]:
    """What every page says."""
    lacks_worker = is_worker_wanted and not any(worker.is_alive for worker in workers())
    return {"t": t, "is_enabled": settings.BATCH_ENABLED, "lacks_worker": lacks_worker}


def _part(t: dict[str, Any], status: BatchItem.Status, number: int) -> Part:
    """What a worker has in hand is called otherwise than a batch that runs: some of it is asked only next."""
    name = "in_progress" if status == BatchItem.Status.RUNNING else status.value
    return Part(status, f"state.{name}", t["state"][name], number)


def _tabs(t: dict[str, Any], named: QuerySet[BatchTask], chosen: str) -> list[Tab]:
    numbers = dict(named.order_by().values_list("status").annotate(number=Count("pk")))
    every = Tab("", t["list"]["all"], sum(numbers.values()), not chosen)
    return [
        every,
        *(Tab(each, t["state"][each], numbers.get(each, 0), each == chosen) for each in BatchTask.Status.values),
    ]
