"""The one door to whoever answers."""

from providers_app.gateway.asking import ask
from providers_app.gateway.choosing import choosable, is_choosable, rate

__all__ = ["ask", "choosable", "is_choosable", "rate"]
