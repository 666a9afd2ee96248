"""Who wants to know that a provider has failed."""

import logging
from collections.abc import Callable

from providers_app.contract import ErrorReason, ProviderError
from providers_app.definition import Definition

logger = logging.getLogger(__name__)
Listener = Callable[[Definition, ProviderError], None]
NOT_THE_PROVIDERS = frozenset(
    {ErrorReason.TOO_LONG, ErrorReason.BLOCKED, ErrorReason.REPLACED, ErrorReason.OVERLOADED, ErrorReason.RESTING}
)
"""What is due to the question, or to how much is asked at once."""

_listeners: list[Listener] = []


def on_failure(listener: Listener) -> None:
    """From now on call `listener` whenever a question has met an error of a provider. It must not wait."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(definition: Definition, error: ProviderError) -> None:
    """Tell everybody who wants to know."""
    if error.reason in NOT_THE_PROVIDERS:
        return
    for listener in _listeners:
        try:
            listener(definition, error)
        except Exception:
            logger.exception("Telling of a provider's failure")
