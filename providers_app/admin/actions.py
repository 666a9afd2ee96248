"""What operators do with providers that they select, in the list or on a provider's own page."""

from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from providers_app import changes, monitor
from providers_app.admin.wording import advice
from providers_app.directory import directory
from providers_app.environment import apply, describes
from providers_app.models import ProviderConfig, ProviderHealth

Rows = QuerySet[ProviderConfig]
SetBy = ProviderConfig.SetBy
MAX_NAME_LENGTH = 64


class ProviderActions:
    """The actions, for a `ModelAdmin`. Each leaves an entry in the history of every provider that it changes."""

    message_user: Any
    log_change: Any
    log_addition: Any

    actions = ("make_active", "test", "enable", "disable", "duplicate", "follow_environment", "delete_selected")

    @admin.action(permissions=["change"], description=_("Make active"))
    @transaction.atomic
    def make_active(self, request: HttpRequest, rows: Rows) -> HttpResponseBase | None:
        if rows.count() != 1:
            self.message_user(request, _("Only one provider can be the active one: select one."), messages.ERROR)
            return None
        row = rows.get()
        health = ProviderHealth.objects.filter(provider=row).first()
        if not row.is_enabled:
            self._set_enabled(request, row, is_enabled=True)
        changes.activate(row, SetBy.OPERATOR)
        self.log_change(request, row, changed("active"))
        noticed()
        said = _("%(name)s is the active provider from the next question on.")
        self.message_user(request, said % {"name": row.name}, messages.SUCCESS)
        if health and monitor.known(health) is False:
            said = _("The last check of %(name)s failed: %(why)s")
            why = advice(health.error_reason, health.error_detail)
            self.message_user(request, said % {"name": row.name, "why": why}, messages.WARNING)
        return back(request, row)

    @admin.action(permissions=["change"], description=_("Test"))
    def test(self, _request: HttpRequest, rows: Rows) -> HttpResponseBase:
        chosen = urlencode([("id", row.pk) for row in rows])
        return redirect(f"{reverse('admin:providers_app_providerconfig_test')}?{chosen}")

    @admin.action(permissions=["change"], description=_("Enable"))
    def enable(self, request: HttpRequest, rows: Rows) -> HttpResponseBase | None:
        return self._switch(request, rows, is_enabled=True)

    @admin.action(permissions=["change"], description=_("Disable"))
    def disable(self, request: HttpRequest, rows: Rows) -> HttpResponseBase | None:
        return self._switch(request, rows, is_enabled=False)

    @admin.action(permissions=["add"], description=_("Duplicate"))
    @transaction.atomic
    def duplicate(self, request: HttpRequest, rows: Rows) -> HttpResponseBase | None:
        for row in rows:
            row.pk, row.name = None, free_name(row.name)
            row.is_enabled = row.is_active = False
            row.set_by, row.activated_by = SetBy.OPERATOR, ""
            row._state.adding = True  # noqa: SLF001 - Django's own way to copy a row
            changes.save(row)
            self.log_addition(request, row, [{"added": {}}])
            said = _("%(name)s was made. It is disabled until you enable it.") % {"name": row.name}
            self.message_user(request, said, messages.SUCCESS)
        noticed()
        return back(request, row) if rows.count() == 1 else None

    @admin.action(permissions=["change"], description=_("Follow the environment again"))
    @transaction.atomic
    def follow_environment(self, request: HttpRequest, rows: Rows) -> HttpResponseBase | None:
        for row in rows:
            if not describes(row):
                said = _("The environment does not describe %(name)s.") % {"name": row.name}
                self.message_user(request, said, messages.ERROR)
                continue
            row.set_by = SetBy.ENVIRONMENT
            changes.save(row)
            self.log_change(request, row, changed("set by"))
            said = _("%(name)s follows the environment again.") % {"name": row.name}
            self.message_user(request, said, messages.SUCCESS)
        apply()
        noticed()
        return back(request, rows[0]) if rows else None

    @admin.action(permissions=["delete"], description=_("Delete selected providers"))
    def delete_selected(self, request: HttpRequest, rows: Rows) -> HttpResponseBase | None:
        if kept := [row.name for row in rows if describes(row)]:
            said = _("The environment describes %(names)s and would bring it back: disable it instead.")
            self.message_user(request, said % {"names": ", ".join(kept)}, messages.ERROR)
            return None
        return delete_selected(self, request, rows)  # type: ignore[arg-type]

    @transaction.atomic
    def _switch(self, request: HttpRequest, rows: Rows, *, is_enabled: bool) -> HttpResponseBase | None:
        rows = rows.exclude(is_enabled=is_enabled)
        switched = list(rows)
        for row in switched:
            self._set_enabled(request, row, is_enabled=is_enabled)
        noticed()
        said = _("Enabled: %(names)s") if is_enabled else _("Disabled: %(names)s")
        self.message_user(request, said % {"names": ", ".join(map(str, switched)) or "–"}, messages.SUCCESS)
        if any(row.is_active for row in switched) and not is_enabled:
            self.say_who_answers(request)
        return back(request, switched[0]) if switched else None

    def _set_enabled(self, request: HttpRequest, row: ProviderConfig, *, is_enabled: bool) -> None:
        row.is_enabled, row.set_by = is_enabled, SetBy.OPERATOR
        changes.save(row)
        self.log_change(request, row, changed("enabled"))

    def say_who_answers(self, request: HttpRequest) -> None:
        """After the active provider has gone."""
        if successor := ProviderConfig.objects.filter(is_enabled=True).first():
            said = _("%(name)s answers now: it is the next in order.") % {"name": successor.name}
            self.message_user(request, said, messages.WARNING)
        else:
            self.message_user(request, _("Nobody answers now: no provider is enabled."), messages.ERROR)


def changed(field: str) -> list[dict[str, Any]]:
    """The message of an entry in the history."""
    return [{"changed": {"fields": [field]}}]


def noticed() -> None:
    """Let this process notice the change at the next question, as the others do within a second."""
    transaction.on_commit(directory.forget)


def free_name(name: str) -> str:
    """The name, with a number if there is a provider of that name."""
    taken = set(ProviderConfig.objects.values_list("name", flat=True))
    numbered = (f"{name[: MAX_NAME_LENGTH - 4]}-{number}" for number in count(2))
    return name if name not in taken else next(found for found in numbered if found not in taken)


def back(request: HttpRequest, row: ProviderConfig) -> HttpResponseBase | None:
    """To the page of the provider, where that is where the action was chosen; None for the list."""
    is_page = "from_page" in request.POST
    return redirect("admin:providers_app_providerconfig_change", row.pk) if is_page else None
