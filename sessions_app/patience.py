"""Waiting for the rest of questions that were only begun, one for each speaker."""

import asyncio
from collections.abc import Callable

from sessions_app.domain.events import QuestionHeld
from sessions_app.incidents import report


class Patience:
    """Calls `is_over` when the time of a held question has passed, unless its speaker has begun another since."""

    def __init__(self, is_over: Callable[[QuestionHeld], None]) -> None:
        self._is_over = is_over
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def hold(self, held: QuestionHeld) -> None:
        if waiting := self._timers.pop(held.speaker, None):
            waiting.cancel()
        loop = asyncio.get_running_loop()
        self._timers[held.speaker] = loop.call_later(held.patience_s, self._end, held)

    def end(self) -> None:
        """Wait for nothing any more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _end(self, held: QuestionHeld) -> None:
        del self._timers[held.speaker]
        try:
            self._is_over(held)
        except Exception as error:  # noqa: BLE001 - a session goes on without the question
            report(error, "asking a question that was held")
