"""The ASGI application: HTTP goes to Django, sockets to the sessions."""

import os

from asgiref.sync import sync_to_async
from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtrag_site.settings")
django_application = get_asgi_application()

from rtrag_site.lifespan import Lifespan  # noqa: E402 - after Django is set up
from sessions_app.journal import close_journal  # noqa: E402 - the same
from sessions_app.routing import websocket_application  # noqa: E402 - the same

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": websocket_application,
        "lifespan": Lifespan(sync_to_async(close_journal, thread_sensitive=False)),
    }
)
