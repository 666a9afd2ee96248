"""The list of sessions and the page of each one."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms.widgets import Script
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from sessions_app import selection
from sessions_app.admin import ending, marking, pinning
from sessions_app.admin.actions import SessionActions
from sessions_app.admin.filters import ContentFilter, LanguageFilter, MarkFilter, QuestionFilter, StateFilter
from sessions_app.admin.listening import LANGUAGES, in_words
from sessions_app.admin.state import COLOURS, LIVE, length, state
from sessions_app.export import FORMATS, download
from sessions_app.models import Question, RealtimeSession
from sessions_app.selection import Sessions
from sessions_app.timeline import Timeline

ENTRIES_PER_PAGE = 100
SHORT_NAME = 8
"""How many characters of a name that the server made tell it from others."""


@admin.register(RealtimeSession)
class RealtimeSessionAdmin(SessionActions, ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Read-only for everybody: what was said stays as it was said."""

    list_display = ("short_name", "spoken", "started", "length", "segments", "questions", "answers", "state")
    list_filter = (ContentFilter, StateFilter, QuestionFilter, MarkFilter, LanguageFilter)
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    date_hierarchy = "started_at"
    search_fields = ("name",)
    search_help_text = _("Name, or words said, asked or answered")

    class Media:
        css: ClassVar = {"all": ["rtrag/admin/session.css", "rtrag/admin/verdicts.css"]}
        js: ClassVar = [Script("rtrag/admin/marks.js", type="module")]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _session: RealtimeSession | None = None) -> bool:
        return False

    # --- the list ---------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Sessions:
        return selection.with_counts(super().get_queryset(request))

    def get_search_results(self, _request: HttpRequest, queryset: Sessions, words: str) -> tuple[Sessions, bool]:
        return queryset.filter(selection.matching(words)), False

    @admin.display(description=_("name"), ordering="name")
    def short_name(self, session: RealtimeSession) -> str:
        return session.name[:SHORT_NAME] if session.is_server_made else session.name

    @admin.display(description=_("language"), ordering="language")
    def spoken(self, session: RealtimeSession) -> str:
        return LANGUAGES.get(session.language, session.language)

    @admin.display(description=_("start"), ordering="started_at")
    def started(self, session: RealtimeSession) -> datetime:
        return session.started_at

    @admin.display(description=_("length"))
    def length(self, session: RealtimeSession) -> str:
        return length(session)

    @admin.display(description=_("segments"), ordering="segment_count")
    def segments(self, session: Any) -> Any:
        return session.segment_count

    @admin.display(description=_("questions"), ordering="question_count")
    def questions(self, session: Any) -> Any:
        return session.question_count

    @admin.display(description=_("answers"), ordering="answer_count")
    def answers(self, session: Any) -> Any:
        return session.answer_count

    @display(description=_("state"), label=COLOURS)  # type: ignore[untyped-decorator]
    def state(self, session: RealtimeSession) -> tuple[str, str]:
        return state(session)

    # --- one session ------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        session = self.get_object(request, unquote(object_id))
        if session is None:
            return super().change_view(request, object_id, form_url, extra_context)
        only_questions = request.GET.get("only") == "questions"
        paginator = Paginator(Timeline(session.pk, only_questions=only_questions), ENTRIES_PER_PAGE)
        page = paginator.get_page(request.GET.get("page"))
        questions = [entry for entry in page.object_list if isinstance(entry, Question)]
        code, words = state(session)
        context = {
            "spoken": self.spoken(session),
            "timeline": page,
            "shown_questions": {question.pk for question in questions},
            "gone_on_from": {question.replaces for question in questions},
            "options": in_words(session.options),
            "may_mark": self.has_end_permission(request),
            "page_number": page.number,
            "page_range": paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "only_questions": only_questions,
            "state": words,
            "state_colour": COLOURS[code],
            "length": length(session),
            "may_end": code == LIVE and self.has_end_permission(request),
            "pin_form": pinning.PinForm(session) if self.has_end_permission(request) else None,
            "endings": list(FORMATS),
            "has_marks": marking.has_marks(session.pk),
            **marking.LIMITS,
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        session = self.get_object(request, unquote(object_id))
        is_confirmed = request.method == "POST" and self.has_delete_permission(request, session)
        if session and is_confirmed and ending.end_and_wait([session.pk]):
            self.say_held(request, 1)
            return redirect("admin:sessions_app_realtimesession_change", session.pk)
        return super().delete_view(request, object_id, extra_context)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: str) -> HttpResponseBase:
        super().response_delete(request, obj_display, obj_id)  # leads those who may change nothing to the front page
        return redirect("admin:sessions_app_realtimesession_changelist")

    def get_urls(self) -> list[URLPattern]:
        prefix = "sessions_app_realtimesession"
        guarded = self.admin_site.admin_view
        return [
            path("<uuid:key>/export/<str:ending>", guarded(self.export_view), name=f"{prefix}_export"),
            path("<uuid:key>/pin", guarded(require_POST(self.pin_view)), name=f"{prefix}_pin"),
            path("<uuid:key>/segments/<int:index>/mark", guarded(require_POST(self.mark_view)), name=f"{prefix}_mark"),
            path("<uuid:key>/end", guarded(require_POST(self.end_view)), name=f"{prefix}_end"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, key: UUID, ending: str) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if ending not in FORMATS or not RealtimeSession.objects.filter(pk=key).exists():
            raise Http404
        return download([key], ending)

    def end_view(self, request: HttpRequest, key: UUID) -> HttpResponseBase:
        if not self.has_end_permission(request):
            raise PermissionDenied
        if ending.end_and_wait([key]):
            self.message_user(request, _("The session has not ended yet."), messages.WARNING)
        return redirect("admin:sessions_app_realtimesession_change", key)

    def mark_view(self, request: HttpRequest, key: UUID, index: int) -> HttpResponseBase:
        if not self.has_end_permission(request):
            raise PermissionDenied
        return marking.mark(request, key, index)

    def pin_view(self, request: HttpRequest, key: UUID) -> HttpResponseBase:
        if not self.has_end_permission(request):
            raise PermissionDenied
        session = get_object_or_404(RealtimeSession, pk=key)
        form = pinning.PinForm(session, request.POST)
        if form.is_valid():
            pinning.pin(session, form.cleaned_data["provider"])
            self.log_change(request, session, [{"changed": {"fields": ["provider"]}}])
            said = _("From the next question on, this session is answered by %(provider)s.")
            provider = form.cleaned_data["provider"] or _("the active provider")
            self.message_user(request, said % {"provider": provider}, messages.SUCCESS)
        else:
            self.message_user(request, _("There is no such provider."), messages.ERROR)
        return redirect("admin:sessions_app_realtimesession_change", key)
