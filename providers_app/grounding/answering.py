"""Gives a model without knowledge of its own what it needs to answer a question, and brings its answer into form."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    ErrorReason,
    Noticed,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)
from providers_app.definition import Prompt
from providers_app.grounding.budget import budget_of, compose
from providers_app.grounding.citations import cited
from providers_app.options import ModelOptions

NOT_KNOWN = {"en": "Nothing was found that answers this question.", "zh": "没有找到能回答这个问题的内容。"}
"""The passages may be the knowledge base's or the web's."""
SHORTENED = "The model found the conversation too long, so it was asked again with less of it."
NOT_RETRIEVED = "The search for passages failed, so this answer comes from the model alone."

Asker = Callable[[AnswerRequest], AsyncGenerator[ProviderEvent]]
Retriever = Callable[[], Awaitable[tuple[Source, ...]]]


async def answer(
    ask: Asker, request: AnswerRequest, options: ModelOptions, prompts: Sequence[Prompt], retrieve: Retriever | None
) -> AsyncGenerator[ProviderEvent]:
    """What the model says to `request`, from the passages that `retrieve` finds, best first, if there are any.

    Where the options are strict, no passage means that no answer is known, and a search that fails is a failure.
    """
    sources: tuple[Source, ...] = ()
    if retrieve is not None:
        try:
            sources = await retrieve()
        except ProviderError:
            if options.is_strict:
                raise
            yield Noticed(NOT_RETRIEVED)
        if options.is_strict and not sources:
            yield TextDelta(NOT_KNOWN[request.language])
            yield AnswerEnded("not_found", options.model)
            return
    async with aclosing(_within_budget(ask, request, sources, prompts, budget_of(options))) as events:
        async for event in events:
            yield event


async def _within_budget(
    ask: Asker, request: AnswerRequest, sources: Sequence[Source], prompts: Sequence[Prompt], budget: int
) -> AsyncGenerator[ProviderEvent]:
    """Ask, and where the vendor finds it too long before it has said anything, ask once more with half as much."""
    has_begun = False
    for is_last in (False, True):
        composed = compose(request, sources, prompts, budget)
        if is_last:
            yield Noticed(SHORTENED)
        try:
            async with aclosing(_asked(ask, composed.request, composed.sources)) as events:
                async for event in events:
                    has_begun = has_begun or isinstance(event, TextDelta)
                    yield event
        except ProviderError as error:
            if is_last or has_begun or error.reason is not ErrorReason.TOO_LONG:
                raise
            budget = composed.tokens // 2
        else:
            return


async def _asked(ask: Asker, request: AnswerRequest, sources: tuple[Source, ...]) -> AsyncGenerator[ProviderEvent]:
    """The sources, which the client may see while the model is still silent, and then what it says of them."""
    if not sources:
        events = ask(request)
    else:
        yield SourcesFound(sources)
        events = cited(ask(request), len(sources))
    async with aclosing(events):
        async for event in events:
            yield event
