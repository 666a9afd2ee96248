"""A response of server-sent events that is sent while it is made."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from django.http import StreamingHttpResponse


class EventStream(StreamingHttpResponse):
    """Each event that the generator gives is sent at once. Whoever hangs up closes the generator itself."""

    def __init__(self, events: AsyncGenerator[bytes]) -> None:
        super().__init__(content_type="text/event-stream; charset=utf-8")
        self._events = events
        self["Cache-Control"] = "no-cache"
        self["X-Accel-Buffering"] = "no"

    def __aiter__(self) -> AsyncIterator[Any]:
        """Django's own iterator would leave the generator open, and its answer running, when it is closed."""
        return self._events
