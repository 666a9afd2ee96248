"""When a provider is asked once more, and after which pause."""

import asyncio

from tenacity import AsyncRetrying, DoSleep, RetryCallState, retry_if_exception, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_exponential_jitter

from providers_app.contract import ErrorReason, ProviderError

MAX_PAUSE_S = 3.0
"""Whoever asks for a longer pause is not waited for; somebody else answers meanwhile."""
OWN = frozenset({ErrorReason.RESTING, ErrorReason.OVERLOADED})
"""What the gateway itself says, after it has waited as long as it would."""
_backoff = wait_exponential_jitter(multiplier=0.2, max=2.0, jitter=0.2)


class Retries:
    """Those of one provider for one question, so that it is asked `at_most` times in all.

    Most questions need none, so nothing is made before the first failure.
    """

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._begun: tuple[AsyncRetrying, RetryCallState] | None = None

    async def pause(self, error: ProviderError, until: float) -> bool:
        """Wait, after an attempt that ended with `error` and without a word; whether there should be another.

        There is none that would begin after `until`, in the loop's time, as it is at the first failure.
        """
        if self._begun is None:
            retrying = _retrying(self._at_most, until - asyncio.get_running_loop().time())
            retrying.begin()
            self._begun = retrying, RetryCallState(retrying, None, (), {})
        retrying, state = self._begun
        state.set_exception((type(error), error, error.__traceback__))
        try:
            pause = await retrying.iter(retry_state=state)
        except ProviderError:
            return False
        state.prepare_for_next_attempt()
        if isinstance(pause, DoSleep):
            await _sleep(pause)
        return True


def _retrying(at_most: int, patience_s: float) -> AsyncRetrying:
    return AsyncRetrying(
        retry=retry_if_exception(_may_pass),
        stop=stop_after_attempt(at_most) | stop_before_delay(patience_s),
        wait=_pause_s,
        reraise=True,
    )


def _may_pass(error: BaseException) -> bool:
    return (
        isinstance(error, ProviderError)
        and error.may_pass
        and error.reason not in OWN
        and (error.retry_after_s or 0) <= MAX_PAUSE_S
    )


def _pause_s(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked_for_s = error.retry_after_s if isinstance(error, ProviderError) else None
    return max(asked_for_s or 0, _backoff(state))


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)
