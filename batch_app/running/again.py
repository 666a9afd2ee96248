"""When a question that could not be answered is asked again."""

import random
from dataclasses import dataclass

from providers_app.contract import ErrorReason, ProviderError

MAX_ATTEMPTS = 3
"""How often a question is asked before it counts as failed; the gateway's own attempts and failover are inside each."""
MAX_DELAYS = 100
"""How often a question is put off, or loses its worker, before it counts as failed."""
PAUSES_S = (2.0, 10.0)
LONGEST_PAUSE_S = 3_600.0
FIRST_REST_S, LONGEST_REST_S = 1.0, 20.0


@dataclass(frozen=True, slots=True)
class Postponed:
    """After `pause_s` seconds, with what the item's counts are then. `is_task` says that nobody can answer just now."""

    pause_s: float
    attempts: int
    delays: int
    is_task: bool


def postponed(error: ProviderError, attempts: int, delays: int) -> Postponed | None:
    """What becomes of a question after `error`; None where it has failed for good."""
    if error.reason is ErrorReason.OVERLOADED:  # mostly by the batch itself, whose turn comes sooner or later
        return Postponed(_about(FIRST_REST_S), attempts, delays, is_task=True)
    if error.reason is ErrorReason.RESTING:
        if delays >= MAX_DELAYS:
            return None
        return Postponed(_about(rest_s(delays + 1)), attempts, delays + 1, is_task=True)
    attempts += 1
    if not error.may_pass or attempts >= MAX_ATTEMPTS:
        return None
    pause_s = max(_about(PAUSES_S[attempts - 1]), min(error.retry_after_s or 0, LONGEST_PAUSE_S))
    return Postponed(pause_s, attempts, delays, is_task=False)


def rest_s(times: int) -> float:
    """How long a task is left alone when it could not be asked for the `times`th time in a row."""
    return min(FIRST_REST_S * 2.0 ** min(times - 1, 10), LONGEST_REST_S)


def _about(seconds: float) -> float:
    """Not all at the same moment."""
    return seconds * random.uniform(1.0, 1.5)  # noqa: S311 - nothing secret
