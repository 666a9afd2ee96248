"""Which path is the socket's, and which pages of which origins may open it."""

from typing import Any

from channels.routing import URLRouter
from channels.security.websocket import OriginValidator, WebsocketDenier
from django.conf import settings
from django.urls import path, re_path

from sessions_app.consumers import RealtimeConsumer


class BrowserOriginValidator(OriginValidator):  # type: ignore[misc] # channels has no types
    """Refuses pages from other hosts than `ALLOWED_HOSTS`. Clients that are no browser name no origin and may come."""

    def valid_origin(self, parsed_origin: Any) -> bool:
        return parsed_origin is None or super().valid_origin(parsed_origin)


websocket_application = BrowserOriginValidator(
    URLRouter([path(settings.WS_PATH.lstrip("/"), RealtimeConsumer.as_asgi()), re_path("", WebsocketDenier.as_asgi())]),
    settings.ALLOWED_HOSTS,
)
