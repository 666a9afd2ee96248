"""When a provider is asked once more, and after which pause."""

import asyncio
import random

from providers_app.contract import ErrorReason, ProviderError

MAX_PAUSE_S = 3.0
"""Whoever asks for a longer pause is not waited for; somebody else answers meanwhile."""
FIRST_PAUSE_S, LONGEST_PAUSE_S, JITTER_S = 0.2, 2.0, 0.2
"""A pause is twice as long as the one before, and somewhat longer each time, so that not all come back together."""
OWN = frozenset({ErrorReason.RESTING, ErrorReason.OVERLOADED})
"""What the gateway itself says, after it has waited as long as it would."""


class Retries:
    """Those of one provider for one question, so that it is asked `at_most` times in all."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._failed = 0

    async def pause(self, error: ProviderError, until: float) -> bool:
        """Wait, after an attempt that ended with `error` and without a word; whether there should be another.

        There is none where the pause would last beyond `until`, in the loop's time.
        """
        self._failed += 1
        asked_for_s = error.retry_after_s or 0
        if not error.may_pass or error.reason in OWN or asked_for_s > MAX_PAUSE_S or self._failed >= self._at_most:
            return False
        pause_s = max(asked_for_s, _backoff_s(self._failed))
        if asyncio.get_running_loop().time() + pause_s >= until:
            return False
        await _sleep(pause_s)
        return True


def _backoff_s(failed: int) -> float:
    return min(FIRST_PAUSE_S * 2.0 ** (failed - 1), LONGEST_PAUSE_S) + random.uniform(0, JITTER_S)  # noqa: S311 - no secret


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)
