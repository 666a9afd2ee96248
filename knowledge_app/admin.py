"""What operators see of the knowledge base: documents to upload, watch, replace, index again and delete."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from knowledge_app import library
from knowledge_app.forms import DocumentForm, UploadForm
from knowledge_app.models import Document, Passage
from knowledge_app.parsing.formats import SUFFIXES
from knowledge_app.tasks import enqueue

SHOWN_PASSAGES = 50
COLOURS = {
    Document.State.QUEUED: "info",
    Document.State.INDEXING: "warning",
    Document.State.READY: "success",
    Document.State.FAILED: "danger",
}


@admin.register(Document)
class DocumentAdmin(ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Uploading takes the place of adding; of a document only the file can be changed."""

    form = DocumentForm
    list_display = ("title", "badge", "failure", "language", "passages", "bytes", "created_at", "indexed_at")
    list_filter = ("state", "language", "created_at")
    list_per_page = 50
    search_fields = ("title", "name", "failure")
    search_help_text = _("Title, file name or failure")
    actions = ("index_again",)
    actions_submit_line = ("index_this_again",)
    readonly_fields = (
        *("title", "name", "origin", "state", "failure", "language", "bytes", "created_at", "indexed_at"),
        "first_passages",
    )
    fieldsets: ClassVar = (
        (None, {"fields": readonly_fields[:-1]}),
        (_("File"), {"fields": ("replacement",)}),
        (_("Passages"), {"fields": ("first_passages",)}),
    )

    list_before_template = "admin/knowledge_app/document/indexing.html"

    class Media:
        js: ClassVar = [Script("rtrag/admin/documents.js", type="module")]

    def get_fieldsets(self, request: HttpRequest, obj: Document | None = None) -> Any:
        fieldsets = self.fieldsets
        return fieldsets if self.has_change_permission(request, obj) else (fieldsets[0], fieldsets[2])

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        pending = Document.objects.filter(state__in=(Document.State.QUEUED, Document.State.INDEXING))
        context = {**(extra_context or {}), "is_indexing": pending.exists()}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        documents: QuerySet[Document] = super().get_queryset(request)
        return documents.annotate(passage_count=Count("passages"))

    @display(description=_("state"), ordering="state", label=COLOURS)  # type: ignore[untyped-decorator]
    def badge(self, document: Document) -> tuple[str, str]:
        return document.state, document.get_state_display()

    @admin.display(description=_("passages"), ordering="passage_count")
    def passages(self, document: Any) -> int:
        count: int = document.passage_count
        return count

    @admin.display(description=_("size"), ordering="size")
    def bytes(self, document: Document) -> str:
        return filesizeformat(document.size)

    @admin.display(description=_("passages"))
    def first_passages(self, document: Document) -> str:
        passages = Passage.objects.filter(document=document)
        context = {"passages": passages[:SHOWN_PASSAGES], "count": passages.count(), "shown": SHOWN_PASSAGES}
        return render_to_string("admin/knowledge_app/document/passages.html", context)

    def add_view(self, request: HttpRequest, _form_url: str = "", _extra_context: Any = None) -> HttpResponse:
        """Upload several files at once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if form.is_valid():
            self._take_in(request, form.cleaned_data["documents"])
            return redirect("admin:knowledge_app_document_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Upload documents"),
            "form": form,
            "suffixes": ", ".join(SUFFIXES),
        }
        return TemplateResponse(request, "admin/knowledge_app/document/upload.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra_context = {"show_save_and_add_another": False, "show_save_and_continue": False} | (extra_context or {})
        response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return response

    def _take_in(self, request: HttpRequest, files: Iterable[Any]) -> None:
        documents = []
        for file in files:
            try:
                documents.append(library.add(file.name, file))
            except library.RefusedError as error:
                messages.error(request, f"{file.name}: {error.reason}")
                continue
            self.log_addition(request, documents[-1], [{"added": {}}])
        if count := len(documents):
            messages.success(
                request, ngettext("%d document is being indexed.", "%d documents are being indexed.", count) % count
            )
            self._enqueue(request, documents)

    def _enqueue(self, request: HttpRequest, documents: Iterable[Document]) -> None:
        def warn() -> None:
            messages.warning(request, _("The workers cannot be reached; indexing starts when they are back."))

        enqueue(documents, undelivered=warn)

    def save_model(self, request: HttpRequest, obj: Document, form: DocumentForm, _change: bool) -> None:
        """Do what was asked for, without saving the row itself: that could undo what a worker writes."""
        if file := form.cleaned_data.get("replacement"):
            try:
                library.replace(obj, file.name, file)
            except library.RefusedError as error:
                messages.error(request, error.reason)
            else:
                self._enqueue(request, [obj])
        for button in self.get_actions_submit_line(request, obj.pk):
            if button.action_name in request.POST:
                button.method(request, obj)

    @admin.action(description=_("Index again"), permissions=["change"])
    def index_again(self, request: HttpRequest, documents: QuerySet[Document]) -> None:
        for document in documents:
            library.queue_again(document)
        self._enqueue(request, documents)

    @action(description=_("Index again"), permissions=["change"])  # type: ignore[untyped-decorator]
    def index_this_again(self, request: HttpRequest, document: Document) -> None:
        self.index_again(request, self.get_queryset(request).filter(pk=document.pk))

    def get_deleted_objects(
        self, documents: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], Any]:
        """Name the documents and count their passages, of which there may be thousands."""
        refused = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        documents = list(documents)
        passages = Passage.objects.filter(document__in=documents).count()
        counts = {str(self.opts.verbose_name_plural): len(documents), str(_("passages")): passages}
        return [str(document) for document in documents], counts, refused, []
