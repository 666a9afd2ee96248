"""What operators do with sessions that they select: export them, end them, delete them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action

from sessions_app.admin import ending
from sessions_app.export import MARKS, download, download_marks
from sessions_app.models import Answer, Question, RealtimeSession, TranscriptSegment
from sessions_app.selection import Sessions

MAX_DELETED_AT_ONCE = 500
"""The confirmation page names each of them; `manage.py prune_sessions` is for more."""


class SessionActions:
    """The actions of the list, for a `ModelAdmin`."""

    message_user: Any
    get_queryset: Any

    actions = ("export_json", "export_csv", "export_text", "export_marks", "end_selected", "delete_selected")
    actions_list = ("export_all_marks",)

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Django's permission to change sessions allows ending them; what was said nobody changes."""
        return request.user.has_perm("sessions_app.change_realtimesession")

    @admin.action(permissions=["view"], description=_("Export as JSON"))
    def export_json(self, _request: HttpRequest, queryset: Sessions) -> HttpResponseBase:
        return download(keys_of(queryset), "json")

    @admin.action(permissions=["view"], description=_("Export as CSV"))
    def export_csv(self, _request: HttpRequest, queryset: Sessions) -> HttpResponseBase:
        return download(keys_of(queryset), "csv")

    @admin.action(permissions=["view"], description=_("Export as plain text"))
    def export_text(self, _request: HttpRequest, queryset: Sessions) -> HttpResponseBase:
        return download(keys_of(queryset), "txt")

    @admin.action(permissions=["view"], description=_("Export marked verdicts"))
    def export_marks(self, _request: HttpRequest, queryset: Sessions) -> HttpResponseBase:
        return download(keys_of(queryset), MARKS)

    @action(  # type: ignore[untyped-decorator] # unfold has no types
        permissions=["view"], description=_("Export all marked verdicts"), url_path="marks", icon="download"
    )
    def export_all_marks(self, _request: HttpRequest) -> HttpResponseBase:
        return download_marks()

    @admin.action(permissions=["end"], description=_("End selected live sessions"))
    def end_selected(self, request: HttpRequest, queryset: Sessions) -> None:
        count = ending.end(keys_of(queryset))
        said = ngettext("%(count)d live session was asked to end.", "%(count)d live sessions were asked to end.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    @admin.action(permissions=["delete"], description=_("Delete selected sessions"))
    def delete_selected(self, request: HttpRequest, queryset: Sessions) -> HttpResponseBase | None:
        keys = keys_of(queryset)
        if len(keys) > MAX_DELETED_AT_ONCE:
            said = _("At most %(count)d sessions are deleted at once; “manage.py prune_sessions” deletes old ones.")
            self.message_user(request, said % {"count": MAX_DELETED_AT_ONCE}, messages.ERROR)
            return None
        if request.POST.get("post") and (held := ending.end_and_wait(keys)):
            self.say_held(request, len(held))
            keys = [key for key in keys if key not in held]
        return delete_selected(self, request, self.get_queryset(request).filter(pk__in=keys))  # type: ignore[arg-type]

    def delete_queryset(self, _request: HttpRequest, queryset: Sessions) -> None:
        RealtimeSession.objects.filter(pk__in=keys_of(queryset)).delete()

    def get_deleted_objects(
        self, objs: Iterable[RealtimeSession], _request: HttpRequest
    ) -> tuple[list[str], dict[Any, int], set[str], list[str]]:
        """The sessions by name, and of what is in them the counts, for the page that asks for confirmation."""
        sessions = list(objs)
        keys = [session.pk for session in sessions]
        found = (
            RealtimeSession.objects.filter(pk__in=keys),
            TranscriptSegment.objects.filter(session__in=keys),
            Question.objects.filter(session__in=keys),
            Answer.objects.filter(question__session__in=keys),
        )
        counts = {rows.model._meta.verbose_name_plural: rows.count() for rows in found}  # noqa: SLF001 - documented API
        return [str(session) for session in sessions], counts, set(), []

    def say_held(self, request: HttpRequest, count: int) -> None:
        said = ngettext(
            "%(count)d session is still held by a server and was not deleted. Try again in a few minutes.",
            "%(count)d sessions are still held by a server and were not deleted. Try again in a few minutes.",
            count,
        )
        self.message_user(request, said % {"count": count}, messages.ERROR)


def keys_of(sessions: Sessions) -> list[UUID]:
    return list(sessions.values_list("pk", flat=True))
