"""The filters beside the list of sessions."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions_app import selection
from sessions_app.admin.state import LIVE
from sessions_app.models import RealtimeSession
from sessions_app.selection import Sessions

EndReason = RealtimeSession.EndReason


class ConditionFilter(SimpleListFilter):
    """A filter whose choices each stand for a condition."""

    conditions: ClassVar[Mapping[str, tuple[str | Promise, Callable[[], Q]]]]

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _condition) in self.conditions.items()]

    def queryset(self, _request: HttpRequest, queryset: Sessions) -> Sessions:
        chosen = self.conditions.get(self.value() or "")
        return queryset.filter(chosen[1]()) if chosen else queryset


class ContentFilter(ConditionFilter):
    """Hides page visits in which nothing was said, unless one asks for them."""

    title = _("content")
    parameter_name = "content"
    conditions: ClassVar = {
        "empty": (_("Empty"), lambda: ~selection.has_content()),
        "all": (_("All"), Q),
    }

    def queryset(self, request: HttpRequest, queryset: Sessions) -> Sessions:
        if self.value() is None:
            return queryset.filter(selection.has_content() | selection.is_live())
        return super().queryset(request, queryset)

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        by_default, *others = super().choices(changelist)
        yield {**by_default, "display": _("With speech or questions, or live")}
        yield from others


class StateFilter(ConditionFilter):
    title = _("state")
    parameter_name = "state"
    conditions: ClassVar = {
        LIVE: (_("live"), selection.is_live),
        EndReason.LOST: (EndReason.LOST.label, selection.is_lost),
    } | {
        reason.value: (reason.label, partial(Q, end_reason=reason))
        for reason in EndReason
        if reason is not EndReason.LOST
    }


class QuestionFilter(ConditionFilter):
    title = _("questions")
    parameter_name = "questions"
    conditions: ClassVar = {
        "any": (_("With questions"), selection.has_questions),
        "unanswered": (_("With unanswered questions"), selection.has_unanswered_questions),
    }


class MarkFilter(ConditionFilter):
    title = _("verdicts")
    parameter_name = "verdicts"
    conditions: ClassVar = {
        "wrong": (_("With wrong verdicts"), selection.has_wrong_verdicts),
        "marked": (_("With marked verdicts"), selection.has_marks),
        "unmarked": (_("With unmarked verdicts"), selection.has_unmarked_verdicts),
    }


class LanguageFilter(ConditionFilter):
    title = _("language")
    parameter_name = "language"
    conditions: ClassVar = {
        "zh": (_("Chinese"), partial(Q, language="zh")),
        "en": (_("English"), partial(Q, language="en")),
    }
