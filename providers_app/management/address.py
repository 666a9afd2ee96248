"""Where commands find the service that runs on this machine."""

from django.conf import settings

EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a server listens on, and where it is found


def service_address() -> str:
    """The host and port of its URLs."""
    host = EVERY_ADDRESS.get(settings.HOST, settings.HOST)
    return f"{f'[{host}]' if ':' in host else host}:{settings.PORT}"
