"""One provider's answer: from what is kept, or asked for, as often and for as long as it may be."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from providers_app.contract import (
    AnswerEnded,
    AnswerRestarted,
    Noticed,
    Origin,
    ProviderChosen,
    ProviderError,
    ProviderEvent,
    TextDelta,
)
from providers_app.definition import Definition
from providers_app.gateway import cache, grounded
from providers_app.gateway.breaker import breaker
from providers_app.gateway.question import Question
from providers_app.gateway.retrying import Retries
from providers_app.gateway.slots import slot
from providers_app.gateway.timing import Deadlines, in_time


def visit(question: Question, definition: Definition, latest: float) -> AsyncGenerator[ProviderEvent]:
    """`ProviderChosen` and the provider's answer. Raises `ProviderError`, after the attempts it is worth.

    Everything ends before `latest`, in the loop's time. What the provider holds is let go of before `AnswerEnded`.
    """
    visited = _kept_or_asked if definition.limits.cache_s else _asked
    return visited(question, definition, latest)


async def _kept_or_asked(question: Question, definition: Definition, latest: float) -> AsyncGenerator[ProviderEvent]:
    """An answer is makeshift, and not kept, where it came about with less than it should have."""
    key = await cache.key_of(question, definition)
    if key and (kept := await cache.find(key)):
        for event in kept.events(definition.name):
            yield event
        return
    is_makeshift = False
    async with aclosing(_asked(question, definition, latest)) as events:
        async for event in events:
            is_makeshift = is_makeshift or isinstance(event, Noticed)
            if isinstance(event, AnswerEnded) and key and not is_makeshift:
                await cache.keep(key, question, definition, event)
            yield event


async def _asked(question: Question, definition: Definition, latest: float) -> AsyncGenerator[ProviderEvent]:
    origin, limits = question.request.origin, definition.limits
    deadlines, retries, state = Deadlines.of(limits, latest), Retries(limits.max_attempts), _State()
    while not state.ended:
        try:
            with question.attempt(definition):
                async with (
                    breaker.guard(definition, origin),
                    slot(definition, deadlines.first_word, origin),
                    aclosing(_said(question, definition)) as said,
                ):
                    if origin is Origin.BATCH:  # it may have waited for long for its turn, and nobody with it
                        deadlines = Deadlines.of(limits, latest)
                    if not state.is_chosen:
                        state.is_chosen = True
                        yield ProviderChosen(definition.name)
                    async with aclosing(in_time(said, deadlines)) as events:
                        async for event in events:
                            state.take(event)
                            if state.ended:
                                break
                            yield event
        except ProviderError as error:
            if state.has_spoken or not await retries.pause(error, deadlines.first_word):
                raise
    yield state.ended


@dataclass(slots=True)
class _State:
    """How far the exchanges with a provider have come."""

    is_chosen: bool = False
    has_spoken: bool = False
    ended: AnswerEnded | None = None

    def take(self, event: ProviderEvent) -> None:
        match event:
            case TextDelta():
                self.has_spoken = True
            case AnswerRestarted():
                self.has_spoken = False
            case AnswerEnded():
                self.ended = event


def _said(question: Question, definition: Definition) -> AsyncGenerator[ProviderEvent]:
    return grounded.answer(definition, question.request, question.dialogue, question.snapshot)
