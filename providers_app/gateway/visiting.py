"""One provider's answer: from what is kept, or asked for, as often and for as long as it may be."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from providers_app.contract import (
    AnswerEnded,
    AnswerRestarted,
    Noticed,
    Origin,
    ProviderChosen,
    ProviderEvent,
    TextDelta,
)
from providers_app.definition import Definition
from providers_app.gateway import cache, grounded
from providers_app.gateway.breaker import breaker
from providers_app.gateway.question import Question
from providers_app.gateway.retrying import attempts
from providers_app.gateway.slots import slot
from providers_app.gateway.timing import Deadlines, in_time


async def visit(question: Question, definition: Definition, latest: float) -> AsyncGenerator[ProviderEvent]:
    """Yield `ProviderChosen` and the provider's answer. Raises `ProviderError`, after the attempts it is worth.

    Everything ends before `latest`, in the loop's time. What the provider holds is let go of before `AnswerEnded`.
    """
    key = await cache.key_of(question, definition)
    if key and (kept := await cache.find(key)):
        for event in kept.events(definition.name):
            yield event
        return
    deadlines, state = Deadlines.of(definition.limits, latest), _State()
    patience_s = deadlines.first_word - asyncio.get_running_loop().time()
    async for attempt in attempts(definition.limits.max_attempts, patience_s, lambda: not state.has_spoken):
        with attempt, question.attempt(definition):
            async with (
                breaker.guard(definition, even_resting=question.request.origin is Origin.TEST),
                slot(definition, deadlines.first_word, question.request.origin),
                aclosing(_said(question, definition)) as said,
                aclosing(in_time(said, deadlines)) as events,
            ):
                if not state.is_chosen:
                    state.is_chosen = True
                    yield ProviderChosen(definition.name)
                async for event in events:
                    state.take(event)
                    if isinstance(event, AnswerEnded):
                        break
                    yield event
    if key and not state.is_makeshift:
        await cache.keep(key, question, definition, state.ended)
    yield state.ended


@dataclass(slots=True)
class _State:
    """How far a visit has come. An answer is makeshift where it came about with less than it should have."""

    is_chosen: bool = False
    has_spoken: bool = False
    is_makeshift: bool = False
    ended: AnswerEnded = field(default_factory=AnswerEnded)

    def take(self, event: ProviderEvent) -> None:
        match event:
            case TextDelta():
                self.has_spoken = True
            case AnswerRestarted():
                self.has_spoken = False
            case Noticed():
                self.is_makeshift = True
            case AnswerEnded():
                self.ended = event


def _said(question: Question, definition: Definition) -> AsyncGenerator[ProviderEvent]:
    return grounded.answer(definition, question.request, question.dialogue, question.snapshot)
