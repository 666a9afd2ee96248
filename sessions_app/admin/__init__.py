"""What operators see and do about sessions. What was said is theirs to read, export and delete, never to change."""

from sessions_app.admin.listening import ListeningDefaultsAdmin
from sessions_app.admin.sessions import RealtimeSessionAdmin

__all__ = ["ListeningDefaultsAdmin", "RealtimeSessionAdmin"]
