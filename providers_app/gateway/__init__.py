"""The one door to whoever answers."""

from providers_app.gateway.asking import ask
from providers_app.gateway.choosing import choosable, is_choosable, is_known, rate, revision
from providers_app.gateway.closing import close

__all__ = ["ask", "choosable", "close", "is_choosable", "is_known", "rate", "revision"]
