"""The ASGI application: pages go to Django, programs past what only pages need, sockets to the sessions."""

import os
from typing import Any

from asgiref.sync import sync_to_async
from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtrag_site.settings")
django_application = get_asgi_application()

from providers_app import gateway, monitor  # noqa: E402 - after Django is set up
from providers_app.directory import directory  # noqa: E402 - the same
from rtrag_site.api_handler import PATHS, ApiApplication  # noqa: E402 - the same
from rtrag_site.collector import spare_what_is_loaded  # noqa: E402 - the same
from rtrag_site.lifespan import Lifespan  # noqa: E402 - the same
from rtrag_site.request_limits import RequestLimit  # noqa: E402 - the same
from sessions_app.domain.questions import load_detector  # noqa: E402 - the same
from sessions_app.journal import close_journal  # noqa: E402 - the same
from sessions_app.routing import websocket_application  # noqa: E402 - the same

api_application = ApiApplication()


async def http_application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    is_api = scope["path"].startswith(PATHS)
    await (api_application if is_api else django_application)(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": RequestLimit(http_application),
        "websocket": websocket_application,
        "lifespan": Lifespan(
            on_startup=[load_detector, spare_what_is_loaded, directory.start, monitor.start],
            on_shutdown=[
                monitor.stop,
                directory.stop,
                sync_to_async(close_journal, thread_sensitive=False),
                gateway.close,
            ],
        ),
    }
)
