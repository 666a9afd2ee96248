"""From a question to the events of its answer, by the first provider that can give one."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    AnswerRestarted,
    Dialogue,
    ErrorReason,
    ProviderChosen,
    ProviderError,
    ProviderEvent,
    SourcesFound,
    TextDelta,
    Turn,
)
from providers_app.definition import Definition, MidwayFailure
from providers_app.directory import directory
from providers_app.gateway import routing
from providers_app.gateway.accounting import accounted
from providers_app.gateway.question import Question, Told
from providers_app.gateway.retrying import OWN
from providers_app.gateway.visiting import visit


async def ask(request: AnswerRequest, dialogue: Dialogue | None = None) -> AsyncGenerator[ProviderEvent]:
    """Stream an answer to `request`, as the next turn of `dialogue`.

    Yields `ProviderChosen`, then what the provider says, ending with `AnswerEnded`. Where a provider fails, the next
    one's `ProviderChosen` follows; if something was said by then, and the operator wants it so, `AnswerRestarted`
    comes before. Raises `ProviderError`, also for timeouts and for an answer without a word; what was said before
    that is part of an answer. All of it takes no longer than the most patient provider's total timeout.
    """
    question = Question(request, dialogue or Dialogue(), is_part_of_dialogue=dialogue is not None)
    told, broken_off = question.told, None
    with accounted(question):
        question.snapshot = await directory.current()
        candidates = routing.candidates(question.snapshot, request, question.dialogue)
        latest = _latest(candidates)
        for definition in candidates:
            if _now() >= latest:
                break
            try:
                async with aclosing(_next(visit(question, definition, latest), told, broken_off)) as events:
                    async for event in events:
                        told.take(event)
                        if isinstance(event, AnswerEnded):
                            _remember(question, event)
                        yield event
            except ProviderError as error:
                if told.pieces and told.provider == definition.name:
                    broken_off = error
                    if definition.on_midway_failure is MidwayFailure.KEEP or not request.may_restart:
                        break
            else:
                return
        raise broken_off or _most_telling(question.errors)


def _latest(candidates: Sequence[Definition]) -> float:
    """When even the most patient provider is not waited for any longer, in the loop's time.

    Raises `ProviderError` where there is none, which may pass if nothing could be read of them yet.
    """
    if not candidates:
        raise ProviderError(ErrorReason.NOT_CONFIGURED, may_pass=not directory.is_known)
    return _now() + max(definition.limits.total_timeout_s for definition in candidates)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _remember(question: Question, ended: AnswerEnded) -> None:
    dialogue, told = question.dialogue, question.told
    if told.pieces:
        dialogue.turns.append(Turn(question.request.question, "".join(told.pieces)))
    dialogue.memories[told.provider] = ended.memory


def _next(
    answer: AsyncGenerator[ProviderEvent], told: Told, broken_off: ProviderError | None
) -> AsyncGenerator[ProviderEvent]:
    """An answer after what was told already."""
    if broken_off:
        return _anew(answer, broken_off.reason)
    return _without_sources(answer) if told.sources else answer


async def _anew(answer: AsyncGenerator[ProviderEvent], reason: str) -> AsyncGenerator[ProviderEvent]:
    """An answer in place of one that broke off, which stays until this one has its first word."""
    held: list[ProviderEvent] = [AnswerRestarted(reason)]
    async with aclosing(answer):
        async for event in answer:
            held.append(event)
            if isinstance(event, TextDelta):
                break
        for event in held:
            yield event
        async for event in answer:
            yield event


async def _without_sources(answer: AsyncGenerator[ProviderEvent]) -> AsyncGenerator[ProviderEvent]:
    """An answer after one that had found sources and said nothing: they are not those of this one."""
    async with aclosing(answer):
        async for event in answer:
            yield event
            if isinstance(event, ProviderChosen):
                yield SourcesFound(())


def _most_telling(errors: list[ProviderError]) -> ProviderError:
    """The first that a provider met; what the gateway itself said only where there is none."""
    return next((error for error in errors if error.reason not in OWN), errors[0])
