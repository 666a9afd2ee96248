"""The questions of batches, to look through."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from batch_app.admin.reading import COLOURS, ReadOnlyAdmin, state
from batch_app.models import BatchItem, BatchTask
from providers_app.download import source_line
from providers_app.wording import reason

Items = QuerySet[BatchItem]
SHOWN_CHARS = 90
TASKS_TO_CHOOSE = 30


class TaskFilter(SimpleListFilter):
    """The newest batches, and whichever is chosen."""

    title = _("batch")
    parameter_name = "task"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        tasks = BatchTask.objects.filter(is_complete=True)
        found = {str(task.pk): task.name for task in tasks[:TASKS_TO_CHOOSE]}
        chosen = self._chosen()
        if chosen and str(chosen.pk) not in found:
            found[str(chosen.pk)] = chosen.name
        return list(found.items())

    def queryset(self, _request: HttpRequest, queryset: Items) -> Items:
        if self.value() is None:
            return queryset
        chosen = self._chosen()
        return queryset.filter(task=chosen) if chosen else queryset.none()

    def _chosen(self) -> BatchTask | None:
        """The one that the address names."""
        try:
            key = BatchTask._meta.pk.to_python(self.value())  # noqa: SLF001 - documented API
        except ValidationError:
            return None
        return BatchTask.objects.filter(pk=key, is_complete=True).first() if key else None


@admin.register(BatchItem)
class BatchItemAdmin(ReadOnlyAdmin):
    """Answers are part of the record; they are deleted with their batch."""

    list_display = ("place", "question", "item_state", "answer", "why", "attempts", "ended_at")
    list_display_links = ("place", "question")
    list_filter = (TaskFilter, "status")
    list_select_related = ("task",)
    list_per_page = 100
    sortable_by = ()
    search_fields = ("text", "custom_id")
    ordering = ("task_id", "index")
    fields = (
        *("batch", "place", "custom_id", "text", "status", "result", "source_list", "why"),
        *("metadata", "usage", "attempts", "started_at", "ended_at"),
    )
    readonly_fields = ("batch", "place", "source_list", "why")

    def get_queryset(self, request: HttpRequest) -> Items:
        rows: Items = super().get_queryset(request)
        return rows.filter(task__is_complete=True)

    @admin.display(description=_("batch"))
    def batch(self, item: BatchItem) -> str:
        page = reverse("admin:batch_app_batchtask_change", args=[item.task_id])
        return format_html('<a href="{}">{}</a>', page, item.task)

    @admin.display(description=_("number"))
    def place(self, item: BatchItem) -> int:
        """Counted from 1, as people do."""
        return item.index + 1

    @admin.display(description=_("question"))
    def question(self, item: BatchItem) -> str:
        return Truncator(item.text).chars(SHOWN_CHARS)

    @display(description=_("state"), label=COLOURS)  # type: ignore[untyped-decorator]
    def item_state(self, item: BatchItem) -> tuple[str, str]:
        return state(item)

    @admin.display(description=_("answer"))
    def answer(self, item: BatchItem) -> str:
        return Truncator(item.result).chars(SHOWN_CHARS)

    @admin.display(description=_("error"))
    def why(self, item: BatchItem) -> str:
        return reason(item.error["reason"]) if item.error else ""

    @admin.display(description=_("sources"))
    def source_list(self, item: BatchItem) -> str:
        return format_html_join("", "<div>{}</div>", ((source_line(source),) for source in item.sources))
