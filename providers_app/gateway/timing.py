"""Holds a provider to its time."""

import asyncio
from collections.abc import AsyncGenerator

from providers_app.contract import AnswerEnded, ErrorReason, ProviderError, ProviderEvent, TextDelta
from providers_app.definition import Limits

MAX_ANSWER_CHARS = 100_000
"""Where an answer is cut off, whatever its provider goes on to say."""


async def in_time(events: AsyncGenerator[ProviderEvent], limits: Limits) -> AsyncGenerator[ProviderEvent]:
    """What the provider says, held to the timeouts (first token, between tokens, total) and to the length."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + limits.total_timeout_s
    patience_s, length = limits.first_token_timeout_s, 0
    while True:
        try:
            async with asyncio.timeout_at(min(ends_at, loop.time() + patience_s)):
                event = await anext(events)
        except TimeoutError:
            raise ProviderError(ErrorReason.TIMEOUT, may_pass=True) from None
        except StopAsyncIteration:
            raise ProviderError(ErrorReason.MALFORMED, may_pass=True) from None
        if isinstance(event, AnswerEnded) and not length:
            raise ProviderError(ErrorReason.EMPTY, may_pass=True)
        yield event
        if isinstance(event, AnswerEnded):
            return
        if isinstance(event, TextDelta):
            patience_s, length = limits.between_tokens_timeout_s, length + len(event.text)
        if length > MAX_ANSWER_CHARS:
            yield AnswerEnded("length")
            return
