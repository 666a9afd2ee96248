"""How sessions are listened to, for operators: the defaults to set, and any session's options in words."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from msgspec import ValidationError
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from sessions_app.defaults import ROW, names_in, options_of, read_options
from sessions_app.domain.options import MAX_DEDUP_WINDOW_S, MAX_SPEAKERS
from sessions_app.models import ListeningDefaults

LANGUAGES = {"en": "English", "zh": "中文"}
MAX_NAME_CHARS = 64
"""The longest name of a speaker that the socket takes."""


class ListeningDefaultsForm(forms.ModelForm):  # type: ignore[type-arg] # cannot be subscripted when running
    """Says at each field what sessions would not take."""

    class Meta:
        model = ListeningDefaults
        fields = (
            *("sensitivity", "requests", "chinese", "english", "speakers"),
            *("dedup_window_s", "while_answering", "only_known"),
        )
        widgets: ClassVar = {"speakers": UnfoldAdminTextareaWidget(attrs={"rows": 4})}
        labels: ClassVar = {
            "sensitivity": _("Sensitivity"),
            "requests": _("Requests"),
            "chinese": _("Chinese"),
            "english": _("English"),
            "speakers": _("Who may ask"),
            "dedup_window_s": _("Repetition window (s)"),
            "while_answering": _("Heard while an answer streams"),
            "only_known": _("Only what is known"),
        }

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        initial = super().get_initial_for_field(field, field_name)
        return "\n".join(names_in(initial)) if field_name == "speakers" else initial

    def clean_dedup_window_s(self) -> float:
        window: float = self.cleaned_data["dedup_window_s"]
        if not 0 <= window <= MAX_DEDUP_WINDOW_S:
            said = _("From 0 to %(most)d seconds are possible.") % {"most": MAX_DEDUP_WINDOW_S}
            raise forms.ValidationError(said)
        return window

    def clean_speakers(self) -> str:
        names = names_in(self.cleaned_data["speakers"])
        if len(names) > MAX_SPEAKERS:
            raise forms.ValidationError(_("At most %(most)d speakers can be named.") % {"most": MAX_SPEAKERS})
        for name in names:
            if len(name) > MAX_NAME_CHARS:
                shown = {"name": f"{name[:12]}…", "most": MAX_NAME_CHARS}
                raise forms.ValidationError(_("“%(name)s” has more than %(most)d characters.") % shown)
            if any(character < " " or character == "\x7f" for character in name):
                raise forms.ValidationError(_("A name holds control characters, such as a tabulator."))
        return "\n".join(names)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned["chinese"] and not cleaned["english"]:
            said = _("Choose at least one language.")
            self.add_error("chinese", said)
            self.add_error("english", said)
        if not self.errors:
            try:
                options_of(ListeningDefaults(**cleaned))
            except ValidationError:
                raise forms.ValidationError(_("Sessions cannot be listened to like this.")) from None
        return cleaned


@admin.register(ListeningDefaults)
class ListeningDefaultsAdmin(ModelAdmin):  # type: ignore[misc] # unfold has no types
    """One row, which there is as soon as somebody saves it."""

    form = ListeningDefaultsForm
    fieldsets: ClassVar = (
        (
            _("What counts as a question"),
            {
                "fields": ("sensitivity", "requests", "chinese", "english", "speakers"),
                "description": _(
                    "These are the defaults for sessions whose clients say nothing else. A change holds from the next "
                    "session on; those that are there keep theirs. What is typed or asked for with a button is "
                    "answered in any case."
                ),
            },
        ),
        (_("What becomes of a question"), {"fields": ("dedup_window_s", "while_answering", "only_known")}),
    )

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: ListeningDefaults | None = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row, with its defaults as long as nobody has saved it."""
        found = super().get_object(request, object_id, from_field)
        return ListeningDefaults(pk=ROW) if found is None and object_id == str(ROW) else found

    def changelist_view(self, _request: HttpRequest, _extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        return redirect("admin:sessions_app_listeningdefaults_change", ROW)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        context = {"title": gettext("Listening defaults"), "show_save_and_continue": False, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)


def in_words(options: dict[str, Any]) -> list[tuple[Any, Any]]:
    """How a session is listened to, each option with its name; nothing where that is not on record."""
    try:
        read = read_options(options) if options else None
    except ValidationError:
        read = None
    if read is None:
        return []
    known = _("left unanswered by the knowledge base") if read.only_known else _("answered by saying so")
    window = _("not answered again for %(seconds)g s") % {"seconds": read.dedup_window_s}
    return [
        (_("Sensitivity"), ListeningDefaults.Sensitivity(read.sensitivity).label),
        (_("Requests"), _("are answered like questions") if read.requests else _("are no questions")),
        (_("Languages"), ", ".join(LANGUAGES[language] for language in read.languages)),
        (_("Who may ask"), _("everybody") if read.speakers == "all" else ", ".join(read.speakers)),
        (_("Said again"), window if read.dedup_window_s else _("answered again")),
        (_("Heard while an answer streams"), ListeningDefaults.WhileAnswering(read.while_answering).label),
        (_("Not known"), known),
    ]
