"""The ASGI application: HTTP goes to Django, sockets to the sessions."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtrag_site.settings")
django_application = get_asgi_application()

from rtrag_site.lifespan import Lifespan  # noqa: E402 - after Django is set up

application = ProtocolTypeRouter({"http": django_application, "lifespan": Lifespan()})
