"""Where a session stands, in words for operators."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from sessions_app.models import RealtimeSession
from sessions_app.records import LOST_AFTER

LIVE = "live"
COLOURS = {
    LIVE: "success",
    RealtimeSession.EndReason.STOPPED: "info",
    RealtimeSession.EndReason.DISCONNECTED: "default",
    RealtimeSession.EndReason.SWITCHED: "default",
    RealtimeSession.EndReason.ENDED: "warning",
    RealtimeSession.EndReason.LOST: "danger",
}
"""The badge of each state."""


def state(session: RealtimeSession) -> tuple[str, str]:
    """The state and its name. A session that no server has held for long is lost, even where nobody noted it."""
    if session.ended_at:
        return session.end_reason, str(session.get_end_reason_display())
    if session.seen_at >= timezone.now() - LOST_AFTER:
        return LIVE, _("live")
    return RealtimeSession.EndReason.LOST, str(RealtimeSession.EndReason.LOST.label)


def length(session: RealtimeSession) -> str:
    """Hours, minutes and seconds that the session took."""
    if state(session)[0] == LIVE:
        return _("live")
    return str(timedelta(seconds=int(((session.ended_at or session.seen_at) - session.started_at).total_seconds())))
