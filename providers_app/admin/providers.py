"""The list of providers and the page of each one."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from providers_app import changes
from providers_app.admin.actions import ProviderActions, free_name, noticed
from providers_app.admin.columns import ProviderColumns
from providers_app.admin.forms import ProviderForm, form_of
from providers_app.admin.options_form import PREFIX
from providers_app.admin.trial import TrialViews
from providers_app.admin.wording import KINDS as DESCRIPTIONS
from providers_app.environment import describes
from providers_app.models import ProviderConfig, UsageRecord
from providers_app.registry import KINDS, traits_of

Rows = QuerySet[ProviderConfig]
LIMITS = (
    *("connect_timeout_s", "first_token_timeout_s", "between_tokens_timeout_s", "total_timeout_s"),
    *("max_attempts", "max_concurrent", "cache_s"),
)
PRICES = ("per_million_prompt_tokens", "per_million_completion_tokens", "per_request", "currency")


@admin.register(ProviderConfig)
class ProviderAdmin(ProviderActions, ProviderColumns, TrialViews, ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Adding begins with the kind, on which the form depends. The name stays: answers and usage are filed under it."""

    list_display = ("name", "kind_title", "state", "health_state", "last_error", "first_word", "order", "origin")
    list_filter = ("is_enabled", "set_by")
    search_fields = ("name", "kind", "base_url")
    actions = ProviderActions.actions
    change_form_outer_before_template = "admin/providers_app/providerconfig/standing.html"

    class Media:
        css: ClassVar = {"all": ["rtrag/admin/providers.css"]}
        js: ClassVar = [Script("rtrag/admin/trial.js", type="module")]

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("test/", self.admin_site.admin_view(self.trial_page), name="providers_app_providerconfig_test"),
            path("<int:key>/ask/", self.admin_site.admin_view(self.ask), name="providers_app_providerconfig_ask"),
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def get_queryset(self, request: HttpRequest) -> Rows:
        answered = UsageRecord.objects.filter(provider=OuterRef("name"), first_token_ms__isnull=False, is_cached=False)
        last = answered.order_by("-asked_at").values("first_token_ms")[:1]
        rows: Rows = super().get_queryset(request)
        return rows.select_related("health").annotate(first_token_ms=Subquery(last))

    def get_form(
        self, request: HttpRequest, obj: ProviderConfig | None = None, change: bool = False, **kwargs: Any
    ) -> type[ProviderForm]:
        form: type[ProviderForm]
        form = super().get_form(request, obj, change, **kwargs | {"form": form_of(_kind(request, obj))})
        return form

    def get_fieldsets(self, request: HttpRequest, obj: ProviderConfig | None = None) -> Any:
        form = form_of(_kind(request, obj))
        stored = bool(obj and obj.encrypted_key)
        key = ("new_key", *(("remove_key",) if stored else ()), "key_variable") if form.traits.key != "none" else ()
        base_url = ("base_url",) if form.traits.has_base_url else ()
        own = tuple(name for name in form.base_fields if name.startswith(PREFIX))
        return [
            (form.traits.title, {"fields": ("name", *base_url, *key)}),
            *([(_("How it answers"), {"fields": own})] if own else []),
            (_("When it is asked"), {"fields": ("is_enabled", "order", "is_choosable", "on_midway_failure")}),
            (_("Limits"), {"fields": LIMITS}),
            (_("Prices"), {"fields": PRICES}),
        ]

    def get_readonly_fields(self, _request: HttpRequest, obj: ProviderConfig | None = None) -> tuple[str, ...]:
        return ("name",) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str]:
        preset = request.GET.get("preset", "")
        kind = _kind(request)
        traits = traits_of(kind)
        options = {PREFIX + name: value for name, value in traits.preset_options.get(preset, {}).items()}
        return {"name": free_name(slugify(preset) or kind), "base_url": traits.presets.get(preset, ""), **options}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Let the operator choose the kind first."""
        if request.GET.get("kind") in KINDS or not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)  # type: ignore[no-any-return]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("What kind of provider?"),
            "kinds": [(kind, traits_of(kind), DESCRIPTIONS.get(kind, "")) for kind in KINDS],
            "media": self.media,
        }
        return TemplateResponse(request, "admin/providers_app/providerconfig/kinds.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row and row.kind not in KINDS:
            self.message_user(request, _("There is no kind %(kind)s any more.") % {"kind": row.kind}, messages.ERROR)
            return redirect("admin:providers_app_providerconfig_changelist")
        context = {**(extra_context or {}), "standing": self.standing(row) if row else None}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    def has_delete_permission(self, request: HttpRequest, obj: ProviderConfig | None = None) -> bool:
        """What the environment describes would come back, so it can be disabled only."""
        return super().has_delete_permission(request, obj) and not (obj and describes(obj))

    def save_model(self, request: HttpRequest, obj: ProviderConfig, form: Any, change: bool) -> None:
        if change and not form.changed_data:
            return
        obj.set_by = ProviderConfig.SetBy.OPERATOR
        changes.save(obj)
        noticed()
        if obj.is_active and not obj.is_enabled and "is_enabled" in form.changed_data:
            self.say_who_answers(request)

    def delete_model(self, request: HttpRequest, obj: ProviderConfig) -> None:
        self.delete_queryset(request, ProviderConfig.objects.filter(pk=obj.pk))

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: Rows) -> None:
        was_active = queryset.filter(is_active=True).exists()
        ProviderConfig.objects.filter(pk__in=list(queryset.values_list("pk", flat=True))).delete()
        changes.touch()
        noticed()
        if was_active:
            self.say_who_answers(request)


def _kind(request: HttpRequest, row: ProviderConfig | None = None) -> str:
    return row.kind if row else request.GET.get("kind", "")
