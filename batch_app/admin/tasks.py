"""The list of batches and the page of each one."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList

from batch_app import downloads
from batch_app.admin.actions import BatchActions
from batch_app.admin.reading import COLOURS, ReadOnlyAdmin, state
from batch_app.counts import counts_of, estimated_completion
from batch_app.models import OPEN, BatchItem, BatchTask

Rows = QuerySet[BatchTask]
PROGRESS = (
    '<progress class="batch-progress" max="100" value="{}">{} %</progress> <span class="batch-count">{} / {}</span>'
)


class StateFilter(SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("open")), *BatchTask.Status.choices]

    def queryset(self, _request: HttpRequest, queryset: Rows) -> Rows:
        wanted = OPEN if self.value() == "open" else [self.value()]
        return queryset.filter(status__in=wanted) if self.value() else queryset


class CountedList(ChangeList):  # type: ignore[misc] # unfold has no types
    """A page of batches with their counts, all from one query."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        tasks = list(self.result_list)
        counts = counts_of([task.pk for task in tasks])
        for task in tasks:
            task.counts = counts[task.pk]
        self.result_list = tasks


@admin.register(BatchTask)
class BatchTaskAdmin(BatchActions, ReadOnlyAdmin):
    """Read-only: what was submitted stays. What can be done to a batch are actions."""

    list_display = ("name", "task_state", "progress", "failed", "created_at", "ended_at", "provider", "origin")
    list_filter = (
        StateFilter,
        "origin",
        ("provider", admin.AllValuesFieldListFilter),
        ("created_at", admin.DateFieldListFilter),
    )
    list_per_page = 25
    list_max_show_all = 100
    search_fields = ("name",)
    search_help_text = _("Name or id")

    class Media:
        css: ClassVar = {"all": ["rtrag/admin/batches.css"]}

    # --- the list ---------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Rows:
        rows: Rows = super().get_queryset(request)
        return rows.filter(is_complete=True)

    def get_changelist(self, _request: HttpRequest, **_kwargs: Any) -> type[CountedList]:
        return CountedList

    def get_search_results(self, request: HttpRequest, queryset: Rows, words: str) -> tuple[Rows, bool]:
        try:
            return queryset.filter(pk=UUID(words.strip())), False
        except ValueError:
            found: tuple[Rows, bool] = super().get_search_results(request, queryset, words)
            return found

    @display(description=_("state"), ordering="status", label=COLOURS)  # type: ignore[untyped-decorator]
    def task_state(self, task: BatchTask) -> tuple[str, str]:
        return state(task)

    @admin.display(description=_("progress"))
    def progress(self, task: Any) -> str:
        counts = task.counts
        return format_html(PROGRESS, counts.percent, counts.percent, counts.total - counts.open, counts.total)

    @admin.display(description=_("failed"))
    def failed(self, task: Any) -> int | str:
        return task.counts.failed or ""

    # --- one batch --------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        task = self.get_object(request, unquote(object_id))
        if task is None:
            return super().change_view(request, object_id, form_url, extra_context)
        counts = counts_of([task.pk])[task.pk]
        context = {
            "counts": counts,
            "parts": [(status.label, status.value, getattr(counts, status.value)) for status in BatchItem.Status],
            "state_colour": COLOURS[task.status],
            "estimated_completion": estimated_completion(task, counts),
            "transitions": task.transitions.all(),
            "endings": list(downloads.FORMATS),
            "may_steer": self.has_steer_permission(request),
            "is_open": task.status in OPEN,
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def get_urls(self) -> list[URLPattern]:
        download = self.admin_site.admin_view(self.download_view)
        own = [path("<uuid:key>/download/<str:ending>", download, name="batch_app_batchtask_download")]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def download_view(self, request: HttpRequest, key: UUID, ending: str) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if ending not in downloads.FORMATS:
            raise Http404
        return downloads.download_results(get_object_or_404(self.get_queryset(request), pk=key), ending)

    # --- deleting ---------------------------------------------------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, task: BatchTask | None = None) -> bool:
        return request.user.has_perm("batch_app.delete_batchtask") and not (task and task.status in OPEN)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Without the transaction around all of it that it has elsewhere: much is deleted in many short ones."""
        return self._delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, task: BatchTask) -> None:
        self.delete_queryset(request, BatchTask.objects.filter(pk=task.pk))

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: str) -> HttpResponseBase:
        super().response_delete(request, obj_display, obj_id)  # leads those who may change nothing to the front page
        return redirect("admin:batch_app_batchtask_changelist")
