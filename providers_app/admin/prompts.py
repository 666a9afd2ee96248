"""What models are told, for operators: every change makes a new version, and earlier ones stay to go back to."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from providers_app import changes
from providers_app.admin.actions import noticed
from providers_app.contract import AnswerRequest, Source
from providers_app.definition import Prompt
from providers_app.grounding.prompts import PLACEHOLDERS, filled, passage_text, placeholders
from providers_app.models import PromptTemplate

EXAMPLES = {
    "en": (
        AnswerRequest("and how long is the warranty", ("the new pump costs ninety euros",)),
        (Source(1, "Pumps · Warranty", "The warranty of all pumps lasts two years."),),
    ),
    "zh": (
        AnswerRequest("那保修期是多久", ("新水泵的价格是六百元",), "zh"),
        (Source(1, "水泵 · 保修", "所有水泵的保修期都是两年。"),),
    ),
}
"""What the preview is filled with, by the prompt's language."""


class PromptForm(forms.ModelForm):  # type: ignore[type-arg] # cannot be subscripted when running
    """The text of a version, from which the next one is made."""

    class Meta:
        model = PromptTemplate
        fields = ("instructions", "message")
        widgets: ClassVar = {name: UnfoldAdminTextareaWidget(attrs={"rows": 14}) for name in fields}

    def clean_instructions(self) -> str:
        return self._known("instructions")

    def clean_message(self) -> str:
        message = self._known("message")
        if "question" not in placeholders(message):
            raise forms.ValidationError(_("{question} is missing."))
        return message

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        if self.instance.purpose == PromptTemplate.Purpose.GROUNDED and "passages" not in placeholders(
            cleaned["instructions"] + cleaned["message"]
        ):
            raise forms.ValidationError(_("{passages} is missing."))
        return cleaned

    def _known(self, name: str) -> str:
        """Raises `ValidationError` for placeholders that there are not; the plain prompt has no passages."""
        text: str = self.cleaned_data[name].replace("\r\n", "\n")
        known = PLACEHOLDERS - ({"passages"} if self.instance.purpose == PromptTemplate.Purpose.PLAIN else set())
        if unknown := placeholders(text) - known:
            names = ", ".join(f"{{{name}}}" for name in sorted(unknown))
            raise forms.ValidationError(_("There is no such placeholder here: %(names)s") % {"names": names})
        return text


class NextVersionForm(PromptForm):
    """The same, where something has to differ from the newest version."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        newest = _versions(self.instance).first()
        if newest and cleaned == {"instructions": newest.instructions, "message": newest.message}:
            raise forms.ValidationError(_("This is what models are told already."))
        return cleaned


@admin.register(PromptTemplate)
class PromptTemplateAdmin(ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Saving makes a new version; to go back, an earlier version is opened and saved."""

    form = NextVersionForm
    list_display = ("purpose", "language", "version", "badge", "created_at")
    sortable_by = ()
    list_filter = ("purpose", "language")
    readonly_fields = ("purpose", "language", "version", "state", "versions")
    fields = ("purpose", "language", "version", "state", "instructions", "message", "versions")
    change_form_after_template = "admin/providers_app/prompttemplate/buttons.html"
    actions = None

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _template: PromptTemplate | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PromptTemplate]:
        templates: QuerySet[PromptTemplate] = super().get_queryset(request)
        newer = PromptTemplate.objects.filter(
            purpose=OuterRef("purpose"), language=OuterRef("language"), version__gt=OuterRef("version")
        )
        return templates.annotate(is_earlier=Exists(newer))

    @display(description=_("state"), label={"used": "success", "earlier": "default"})  # type: ignore[untyped-decorator]
    def badge(self, template: Any) -> tuple[str, Any]:
        return "earlier" if template.is_earlier else "used", self.state(template)

    @admin.display(description=_("state"))
    def state(self, template: Any) -> Any:
        return _("earlier version") if template.is_earlier else _("in use")

    @admin.display(description=_("versions"))
    def versions(self, template: PromptTemplate) -> str:
        """All versions of this prompt, newest first, each with a link."""
        links = (
            (reverse("admin:providers_app_prompttemplate_change", args=[row.pk]), row.version)
            for row in _versions(template)
        )
        return format_html_join(" · ", '<a class="underline" href="{}">{}</a>', links)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        preview = {"formaction": reverse("admin:providers_app_prompttemplate_preview", args=[object_id])}
        context = {
            "preview_attributes": preview | {"formtarget": "_blank"},
            "show_save_and_continue": False,
            **(extra_context or {}),
        }
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    def save_model(self, _request: HttpRequest, obj: PromptTemplate, _form: NextVersionForm, _change: bool) -> None:
        changes.touch()
        newest = _versions(obj).first()
        obj.pk, obj.version = None, (newest.version if newest else 0) + 1
        obj.save(force_insert=True)
        noticed()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.preview_view))
        return [path("<path:key>/preview", view, name="providers_app_prompttemplate_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """What is typed, filled with an example."""
        template = self.get_object(request, key)
        if template is None:
            raise Http404
        if not self.has_change_permission(request, template):
            raise PermissionDenied
        form = PromptForm(request.POST, instance=template)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("Preview"), "form": form}
        if form.is_valid():
            context["instructions"], context["message"] = _example(template)
        return TemplateResponse(request, "admin/providers_app/prompttemplate/preview.html", context)


def _versions(template: PromptTemplate) -> QuerySet[PromptTemplate]:
    """All versions of the same prompt, newest first."""
    return PromptTemplate.objects.filter(purpose=template.purpose, language=template.language).order_by("-version")


def _example(template: PromptTemplate) -> tuple[str, str]:
    """Both messages, filled."""
    request, sources = EXAMPLES[template.language]
    prompt = Prompt(template.purpose, template.language, template.version, template.instructions, template.message)
    return filled(prompt, request, [passage_text(source) for source in sources])
