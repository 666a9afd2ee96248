"""The one door to whoever answers."""

from providers_app.gateway.asking import ask

__all__ = ["ask"]
