"""Whom clients may ask for by name."""

from providers_app import gateway
from sessions_app.domain.protocol import ErrorCode, Rejection


async def check_choosable(provider: str) -> None:
    """Raises `Rejection` where clients may not choose the provider, or nothing is known of providers yet."""
    if await gateway.is_choosable(provider):
        return
    if gateway.is_known():
        raise Rejection(ErrorCode.INVALID_MESSAGE, "Clients may not choose this provider.", field="provider")
    words = "Nobody knows yet whether clients may choose this provider: the database does not answer."
    raise Rejection(ErrorCode.SERVICE_UNAVAILABLE, words, field="provider")
