"""Holds a provider to its time."""

import asyncio
from collections.abc import AsyncGenerator
from typing import NamedTuple, Self

from providers_app.contract import (
    NOT_FOUND,
    AnswerEnded,
    AnswerRestarted,
    ErrorReason,
    ProviderError,
    ProviderEvent,
    TextDelta,
)
from providers_app.definition import Limits

MAX_ANSWER_CHARS = 100_000
"""Where an answer is cut off, whatever its provider goes on to say."""
LET_GO_S = 2.0
"""How long a provider that was too slow may take to clean up."""


class Deadlines(NamedTuple):
    """When a provider must have said its first word and its last, in the loop's time; seconds between its words."""

    first_word: float
    between_words_s: float
    last_word: float

    @classmethod
    def of(cls, limits: Limits, latest: float) -> Self:
        """From now on; nothing later than `latest`."""
        now = asyncio.get_running_loop().time()
        last_word = min(now + limits.total_timeout_s, latest)
        return cls(min(now + limits.first_token_timeout_s, last_word), limits.between_tokens_timeout_s, last_word)


async def in_time(events: AsyncGenerator[ProviderEvent], deadlines: Deadlines) -> AsyncGenerator[ProviderEvent]:
    """What the provider says, up to its `AnswerEnded`, held to the deadlines and to the length."""
    alarm, length, has_begun = _Alarm(deadlines.first_word), 0, False
    try:
        while True:
            try:
                with alarm:
                    event = await anext(events)
            except StopAsyncIteration:
                raise ProviderError(ErrorReason.MALFORMED, may_pass=True) from None
            if isinstance(event, TextDelta):
                length, has_begun = length + len(event.text), True
            elif isinstance(event, AnswerRestarted):
                length = 0
            elif isinstance(event, AnswerEnded) and not length and event.finish_reason != NOT_FOUND:
                raise ProviderError(ErrorReason.EMPTY, may_pass=True)
            yield event
            if isinstance(event, AnswerEnded):
                return
            if length > MAX_ANSWER_CHARS:
                yield AnswerEnded("length")
                return
            if has_begun:
                alarm.deadline = min(alarm.now() + deadlines.between_words_s, deadlines.last_word)
    finally:
        alarm.close()


class _Alarm:
    """Cancels the wait inside it at `deadline`, as `asyncio.timeout_at` does, for a fraction of the price per wait.

    One timer serves all waits: it is set again only where it would ring too late, or has rung too early. Whoever
    takes more than `LET_GO_S` to clean up is cancelled again.
    """

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        loop = asyncio.get_running_loop()
        self.now = loop.time
        self._call_at = loop.call_at
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = 0.0
        self._task: asyncio.Task[object] | None = None
        self._requests = self._own_requests = 0

    def __enter__(self) -> None:
        task = self._task = asyncio.current_task()
        self._requests = task.cancelling() if task else 0
        if self._timer is None or self._rings_at > self.deadline:
            self._set(self.deadline)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Raises the `ProviderError` of a timeout where it was the alarm that ended the wait."""
        task, self._task = self._task, None
        if not self._own_requests or task is None:
            return
        for _request in range(self._own_requests):
            requests = task.uncancel()
        self._own_requests = 0
        if kind is asyncio.CancelledError and requests <= self._requests:
            raise ProviderError(ErrorReason.TIMEOUT, may_pass=True) from None

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _set(self, moment: float) -> None:
        self.close()
        self._rings_at = moment
        self._timer = self._call_at(moment, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._task is None:
            return
        if self.now() < self.deadline:
            self._set(self.deadline)
            return
        self._own_requests += 1
        self._task.cancel()
        self._set(self.now() + LET_GO_S)
