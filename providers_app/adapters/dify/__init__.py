"""The provider kind `dify`: chat, agent and chatflow apps of Dify."""

from providers_app.adapters.dify.provider import DifyProvider

__all__ = ["DifyProvider"]
