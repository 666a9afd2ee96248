"""What questions took: a list to look through, and a file to reckon with."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from providers_app.download import csv_head, csv_lines, download
from providers_app.models import UsageRecord
from providers_app.wording import reason

Outcome = UsageRecord.Outcome
COLUMNS = tuple(field.name for field in UsageRecord._meta.fields if field.name not in {"id", "attempts"})  # noqa: SLF001 - documented API
COLOURS = {
    Outcome.ANSWERED: "success",
    Outcome.NOT_KNOWN: "info",
    Outcome.PARTIAL: "warning",
    Outcome.FAILED: "danger",
    Outcome.CANCELLED: "default",
}
"""The badge of each outcome."""


@admin.register(UsageRecord)
class UsageRecordAdmin(ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Read-only for everybody: it is the record."""

    list_display = ("asked_at", "provider", "model", "origin", "result", "why", "first_token_ms", "total_ms", "tokens")
    list_filter = (
        "outcome",
        ("provider", admin.AllValuesFieldListFilter),
        "origin",
        "is_cached",
        ("asked_at", admin.DateFieldListFilter),
    )
    list_per_page = 100
    show_full_result_count = False
    date_hierarchy = "asked_at"
    actions = ("export",)
    readonly_fields = ("why", "course")
    exclude = ("error_reason", "attempts")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _record: UsageRecord | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _record: UsageRecord | None = None) -> bool:
        return False

    @display(description=_("outcome"), ordering="outcome", label=COLOURS)  # type: ignore[untyped-decorator]
    def result(self, record: UsageRecord) -> tuple[str, str]:
        return record.outcome, record.get_outcome_display()

    @admin.display(description=_("error"), ordering="error_reason")
    def why(self, record: UsageRecord) -> str:
        return reason(record.error_reason)

    @admin.display(description=_("tokens"))
    def tokens(self, record: UsageRecord) -> int:
        return record.prompt_tokens + record.completion_tokens

    @admin.display(description=_("attempts"))
    def course(self, record: UsageRecord) -> str:
        """Who was asked, in order, for how long, and why it was no use."""
        attempts = ((each["provider"], each["ms"], reason(each["reason"])) for each in record.attempts)
        return format_html_join("", "<div>{}: {} ms {}</div>", attempts)

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export(self, _request: HttpRequest, records: Any) -> StreamingHttpResponse:
        return download(f"usage-{timezone.localdate()}.csv", "text/csv; charset=utf-8", _written(records))


def _written(records: Any) -> Iterator[str]:
    yield csv_head(COLUMNS)
    for record in records.values(*COLUMNS).iterator():
        at = timezone.localtime(record["asked_at"]).isoformat(timespec="milliseconds")
        yield csv_lines(COLUMNS, [{**record, "asked_at": at}])
