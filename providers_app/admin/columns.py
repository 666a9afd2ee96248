"""What the list and the pages of providers show of how each of them is."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from providers_app import monitor
from providers_app.admin.wording import advice
from providers_app.directory import options_of
from providers_app.environment import describes
from providers_app.models import ProviderConfig, ProviderHealth
from providers_app.registry import KINDS, traits_of
from providers_app.wording import reason

STATES = {"active": "success", "waiting": "info", "disabled": "default"}
STATE_WORDS = {"active": _("active"), "waiting": _("stands in"), "disabled": _("disabled")}
HEALTH = {"well": "success", "unwell": "danger", "unknown": "default"}
HEALTH_WORDS = {"well": _("well"), "unwell": _("cannot answer"), "unknown": _("not checked yet")}


class ProviderColumns:
    """The columns, for a `ModelAdmin`."""

    @admin.display(description=_("kind"), ordering="kind")
    def kind_title(self, row: ProviderConfig) -> str:
        return traits_of(row.kind).title if row.kind in KINDS else row.kind

    @display(description=_("state"), ordering="-is_active", label=STATES)  # type: ignore[untyped-decorator]
    def state(self, row: ProviderConfig) -> tuple[str, Any]:
        word = "disabled" if not row.is_enabled else "active" if row.is_active else "waiting"
        return word, STATE_WORDS[word]

    @display(description=_("health"), label=HEALTH)  # type: ignore[untyped-decorator]
    def health_state(self, row: ProviderConfig) -> tuple[str, Any]:
        if options_of(row) is None:
            return "unwell", _("must be set anew")
        health = _health(row)
        found = monitor.known(health) if health and row.is_enabled else None
        if health is None or health.checked_at is None or found is None:
            return "unknown", HEALTH_WORDS["unknown"]
        word = "well" if found else "unwell"
        return word, f"{HEALTH_WORDS[word]} · {_ago(health.checked_at)}"

    @admin.display(description=_("last error"))
    def last_error(self, row: ProviderConfig) -> str:
        """What went wrong; what to do about it is on the provider's own page."""
        health = _health(row)
        if health is None or not health.failed_at:
            return ""
        said = reason(health.error_reason), _ago(health.failed_at)
        return format_html('<span class="provider-error" title="{}">{}<br>{}</span>', _advice(health), *said)

    @admin.display(description=_("first word"), ordering="first_token_ms")
    def first_word(self, row: Any) -> str:
        """After how long the last answer began."""
        return "" if row.first_token_ms is None else f"{row.first_token_ms:.0f} ms"

    @admin.display(description=_("set by"), ordering="set_by")
    def origin(self, row: ProviderConfig) -> str:
        if row.set_by == ProviderConfig.SetBy.OPERATOR and describes(row):
            return gettext("an operator, over the environment")
        return str(row.get_set_by_display())

    def standing(self, row: Any) -> dict[str, Any]:
        """The columns, for the template of the provider's own page."""
        state, state_words = self.state(row)
        health, health_words = self.health_state(row)
        return {
            "row": row,
            "state": state_words,
            "state_colour": STATES[state],
            "health": health_words,
            "health_colour": HEALTH[health],
            "last_error": _advice(_health(row)),
            "first_word": self.first_word(row),
            "origin": self.origin(row),
            "is_described": describes(row),
            "follows": row.set_by == ProviderConfig.SetBy.ENVIRONMENT,
        }


def _health(row: ProviderConfig) -> ProviderHealth | None:
    return getattr(row, "health", None)


def _advice(health: ProviderHealth | None) -> str:
    if health is None or not health.failed_at:
        return ""
    return f"{advice(health.error_reason, health.error_detail)} · {_ago(health.failed_at)}"


def _ago(moment: datetime) -> str:
    if timezone.now() - moment < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%(time)s ago") % {"time": timesince(moment, depth=1)}
