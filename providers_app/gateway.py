"""The one door to whoever answers: chooses the provider for each question and keeps it to its time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from django.conf import settings

from providers_app.contract import (
    NOT_CONFIGURED,
    AnswerEnded,
    AnswerProvider,
    AnswerRequest,
    ProviderChosen,
    ProviderError,
    ProviderEvent,
    TextDelta,
)
from providers_app.registry import KINDS, provider_of

MAX_ANSWER_CHARS = 100_000
"""Where an answer is cut off, whatever its provider goes on to say."""
HEALTH_TIMEOUT_S = 2.0


async def ask(request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
    """Stream an answer to `request` from the provider that is active now.

    Yields `ProviderChosen`, then what the provider says, ending with `AnswerEnded`. Raises `ProviderError`, also for
    timeouts (reason "timeout") and for an answer without a word ("empty").
    """
    kind = settings.RAG_PROVIDER
    if kind not in KINDS:
        raise ProviderError(NOT_CONFIGURED, may_pass=False)
    yield ProviderChosen(kind)
    async with aclosing(provider_of(kind).answer(request)) as events, aclosing(_in_time(events)) as timely:
        async for event in timely:
            yield event


async def health() -> dict[str, bool]:
    """Whether each configured provider would answer now."""
    kind = settings.RAG_PROVIDER
    return {kind: await _is_healthy(provider_of(kind))} if kind in KINDS else {}


async def _is_healthy(provider: AnswerProvider) -> bool:
    try:
        async with asyncio.timeout(HEALTH_TIMEOUT_S):
            return await provider.is_healthy()
    except TimeoutError:
        return False


async def _in_time(events: AsyncGenerator[ProviderEvent]) -> AsyncGenerator[ProviderEvent]:
    """What the provider says, held to the timeouts (first token, between tokens, total) and to the length."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + settings.ANSWER_TOTAL_TIMEOUT_S
    patience_s, length = settings.ANSWER_FIRST_TOKEN_TIMEOUT_S, 0
    while True:
        try:
            async with asyncio.timeout_at(min(ends_at, loop.time() + patience_s)):
                event = await anext(events)
        except TimeoutError:
            raise ProviderError("timeout", may_pass=True) from None
        except StopAsyncIteration:
            raise ProviderError("malformed", may_pass=True) from None
        if isinstance(event, AnswerEnded) and not length:
            raise ProviderError("empty", may_pass=True)
        yield event
        if isinstance(event, AnswerEnded):
            return
        if isinstance(event, TextDelta):
            patience_s, length = settings.ANSWER_BETWEEN_TOKENS_TIMEOUT_S, length + len(event.text)
        if length > MAX_ANSWER_CHARS:
            yield AnswerEnded("length")
            return
