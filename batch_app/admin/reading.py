"""What the pages of operators about batches have in common: they are there to be read."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin

from batch_app.models import BatchItem, BatchTask

Status = BatchTask.Status
COLOURS = {
    Status.PENDING.value: "default",
    Status.RUNNING.value: "info",
    Status.PAUSED.value: "warning",
    Status.COMPLETED.value: "success",
    Status.FAILED.value: "danger",
    Status.CANCELLED.value: "default",
}
"""The badge of each state, of batches and of questions."""


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Nobody adds, changes or deletes anything by hand."""

    show_full_result_count = False

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        return False


def state(row: BatchTask | BatchItem) -> tuple[str, str]:
    """The state of a batch or of a question, as `COLOURS` knows it, and its name."""
    return row.status, row.get_status_display()
