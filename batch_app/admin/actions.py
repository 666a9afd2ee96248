"""What operators do with batches: pause them, resume them, cancel them, ask what failed again, delete them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from batch_app import control, deletion
from batch_app.models import OPEN, BatchItem, BatchTask
from batch_app.refusals import Code, RefusedError

Rows = QuerySet[BatchTask]
MAX_DELETED_AT_ONCE = 500
"""The confirmation page names each of them."""
MAX_NAMED = 5
DONE: dict[str, Promise] = {
    "pause": _("Paused: %(names)s"),
    "resume": _("Resumed: %(names)s"),
    "cancel": _("Cancelled: %(names)s"),
    "retry": _("The failed questions are asked again: %(names)s"),
}
NOT_DONE: dict[str, Promise] = {
    "pause": _("Cannot be paused (%(status)s): %(names)s"),
    "resume": _("Cannot be resumed (%(status)s): %(names)s"),
    "cancel": _("Cannot be cancelled (%(status)s): %(names)s"),
    "retry": _("No failed questions that could be asked again (%(status)s): %(names)s"),
    "delete": _("Only batches that have ended can be deleted (%(status)s): %(names)s"),
}
"""Where an action could not be done, with what kept it from being done: mostly the state of the batches."""


class BatchActions:
    """The actions, for a `ModelAdmin`. Each leaves an entry in the history of every batch that it changes."""

    message_user: Any
    log_change: Any
    get_queryset: Any

    actions = ("pause", "resume", "cancel", "retry", "delete_selected")

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Django's permission to change batches allows steering them; what was asked and answered nobody changes."""
        return request.user.has_perm("batch_app.change_batchtask")

    @admin.action(permissions=["steer"], description=_("Pause"))
    def pause(self, request: HttpRequest, rows: Rows) -> HttpResponseBase | None:
        return self._steer(request, rows, "pause")

    @admin.action(permissions=["steer"], description=_("Resume"))
    def resume(self, request: HttpRequest, rows: Rows) -> HttpResponseBase | None:
        return self._steer(request, rows, "resume")

    @admin.action(permissions=["steer"], description=_("Cancel"))
    def cancel(self, request: HttpRequest, rows: Rows) -> HttpResponseBase | None:
        return self._steer(request, rows, "cancel")

    @admin.action(permissions=["steer"], description=_("Ask the failed questions again"))
    def retry(self, request: HttpRequest, rows: Rows) -> HttpResponseBase | None:
        return self._steer(request, rows, "retry")

    @admin.action(permissions=["delete"], description=_("Delete selected batches"))
    def delete_selected(self, request: HttpRequest, rows: Rows) -> HttpResponseBase | None:
        chosen = list(rows)
        ended = [task.pk for task in chosen if task.status not in OPEN]
        if len(ended) > MAX_DELETED_AT_ONCE:
            said = _("At most %(count)d batches are deleted at once.")
            self.message_user(request, said % {"count": MAX_DELETED_AT_ONCE}, messages.ERROR)
            return None
        self._say_refused(
            request, "delete", [(task, task.get_status_display()) for task in chosen if task.status in OPEN]
        )
        if not ended:
            return None
        return delete_selected(self, request, self.get_queryset(request).filter(pk__in=ended))  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: Rows) -> None:
        refused = [(task, reason) for task in queryset if (reason := _refusal(deletion.delete, task)) is not None]
        self._say_refused(request, "delete", refused)

    def get_deleted_objects(
        self, objs: Iterable[BatchTask], _request: HttpRequest
    ) -> tuple[list[str], dict[Any, int], set[str], list[str]]:
        """The batches by name and the number of their questions, for the page that asks for confirmation."""
        tasks = list(objs)
        counts = {
            BatchTask._meta.verbose_name_plural: len(tasks),  # noqa: SLF001 - documented API
            BatchItem._meta.verbose_name_plural: sum(task.total for task in tasks),  # noqa: SLF001 - documented API
        }
        return [str(task) for task in tasks], counts, set(), []

    def _steer(self, request: HttpRequest, rows: Rows, action: str) -> HttpResponseBase | None:
        done, refused = [], []
        for task in rows:
            reason = _refusal(control.ACTIONS[action], task)
            if reason is None:
                self.log_change(request, task, [{"changed": {"fields": ["status"]}}])
                done.append(task)
            else:
                refused.append((task, reason))
        if done:
            self.message_user(request, DONE[action] % {"names": _listed(done)}, messages.SUCCESS)
        self._say_refused(request, action, refused)
        is_page = "from_page" in request.POST and len(rows) == 1
        return redirect("admin:batch_app_batchtask_change", rows[0].pk) if is_page else None

    def _say_refused(self, request: HttpRequest, action: str, refused: Sequence[tuple[BatchTask, str]]) -> None:
        by_reason: dict[str, list[BatchTask]] = defaultdict(list)
        for task, reason in refused:
            by_reason[reason].append(task)
        for reason, tasks in by_reason.items():
            self.message_user(request, NOT_DONE[action] % {"status": reason, "names": _listed(tasks)}, messages.ERROR)


def _refusal(act: Callable[[UUID], object], task: BatchTask) -> str | None:
    """Do it; what kept it from being done, mostly the state of the batch, and None where it was done."""
    try:
        act(task.pk)
    except RefusedError as refusal:
        if refusal.code == Code.QUEUE_FULL:
            return str(_("too many batches have not ended"))
        status = refusal.details.get("status")
        return str(BatchTask.Status(status).label) if status else str(_("gone"))
    return None


def _listed(tasks: Sequence[BatchTask]) -> str:
    names = ", ".join(task.name for task in tasks[:MAX_NAMED])
    more = len(tasks) - MAX_NAMED
    if more <= 0:
        return names
    return f"{names} {ngettext('and %(count)d more', 'and %(count)d more', more) % {'count': more}}"
