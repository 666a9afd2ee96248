"""Who answers the questions of batches."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from batch_app.admin.reading import ReadOnlyAdmin
from batch_app.models import BatchRun, BatchWorker
from batch_app.status import is_alive

COLOURS = {"alive": "success", "silent": "danger"}
WORDS = {"alive": _("alive"), "silent": _("not heard of lately")}


@admin.register(BatchWorker)
class BatchWorkerAdmin(ReadOnlyAdmin):
    """The workers, and below them the processes in which they answer just now."""

    list_display = ("name", "worker_state", "seen_at")
    list_display_links = None
    ordering = ("name",)
    list_after_template = "admin/batch_app/batchworker/runs.html"

    class Media:
        css: ClassVar = {"all": ["rtrag/admin/batches.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        context = {**(extra_context or {}), "runs": BatchRun.objects.order_by("lane")}
        response: TemplateResponse = super().changelist_view(request, context)
        return response

    @display(description=_("state"), label=COLOURS)  # type: ignore[untyped-decorator]
    def worker_state(self, worker: BatchWorker) -> tuple[str, Any]:
        word = "alive" if is_alive(worker) else "silent"
        return word, WORDS[word]
