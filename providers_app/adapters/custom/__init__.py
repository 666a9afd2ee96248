"""The provider kind `custom`: a service of one's own that answers over HTTP."""

from providers_app.adapters.custom.provider import CustomProvider

__all__ = ["CustomProvider"]
