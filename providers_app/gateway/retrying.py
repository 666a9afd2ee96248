"""When a provider is asked once more, and after which pause."""

import asyncio
from collections.abc import Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_exponential_jitter

from providers_app.contract import ErrorReason, ProviderError

MAX_PAUSE_S = 3.0
"""Whoever asks for a longer pause is not waited for; somebody else answers meanwhile."""
OWN = frozenset({ErrorReason.RESTING, ErrorReason.OVERLOADED})
"""What the gateway itself says, after it has waited as long as it would."""
_backoff = wait_exponential_jitter(multiplier=0.2, max=2.0, jitter=0.2)


def attempts(at_most: int, patience_s: float, is_silent: Callable[[], bool]) -> AsyncRetrying:
    """The attempts at one provider, none of which begins after `patience_s`, the time it has for its first word.

    `is_silent` says whether nothing was said yet: what has begun is not begun again.
    """

    def may_pass(error: BaseException) -> bool:
        return (
            isinstance(error, ProviderError)
            and error.may_pass
            and error.reason not in OWN
            and (error.retry_after_s or 0) <= MAX_PAUSE_S
            and is_silent()
        )

    return AsyncRetrying(
        retry=retry_if_exception(may_pass),
        stop=stop_after_attempt(at_most) | stop_before_delay(patience_s),
        wait=_pause_s,
        sleep=_sleep,
        reraise=True,
    )


def _pause_s(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked_for_s = error.retry_after_s if isinstance(error, ProviderError) else None
    return max(asked_for_s or 0, _backoff(state))


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)
