"""What is misconfigured about who answers, said when Django starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from providers_app.registry import KINDS


@register()
def check_active_provider(**_: Any) -> list[CheckMessage]:
    """`RAG_PROVIDER` names a kind that exists."""
    if settings.RAG_PROVIDER in KINDS:
        return []
    hint = f"Set it to one of: {', '.join(sorted(KINDS))}."
    return [
        Error(f"RAG_PROVIDER names no kind of provider: {settings.RAG_PROVIDER}", hint=hint, id="providers_app.E001")
    ]
