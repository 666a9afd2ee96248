"""The admin's first page: what the applications have to show to those who may see it."""

from typing import Any

from django.http import HttpRequest

from batch_app.dashboard import overview
from providers_app.dashboard import usage
from sessions_app.models import RealtimeSession
from sessions_app.selection import is_live


def show(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The theme's `DASHBOARD_CALLBACK`."""
    if request.user.has_perm("providers_app.view_usagerecord"):
        context["usage"] = usage(request.GET.get("period", ""))
    if request.user.has_perm("sessions_app.view_realtimesession"):
        context["live_sessions"] = RealtimeSession.objects.filter(is_live()).count()
    if request.user.has_perm("batch_app.view_batchtask"):
        context["batches"] = overview(request.user)
    return context
