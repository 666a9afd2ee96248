"""What a provider is told beside the question, by its kind."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial

from providers_app import grounding, passages
from providers_app.contract import (
    AnswerRequest,
    Dialogue,
    ErrorReason,
    ProviderError,
    ProviderEvent,
    Source,
    WebSearcher,
)
from providers_app.definition import Definition, Snapshot
from providers_app.gateway.clients import clients
from providers_app.gateway.routing import feeds_models, web_search
from providers_app.options import ModelOptions
from providers_app.registry import traits_of

SEARCH_PATIENCE_S = 5.0
"""How long a model waits for the web's results before it answers without them."""


def answer(
    definition: Definition, request: AnswerRequest, dialogue: Dialogue, snapshot: Snapshot
) -> AsyncGenerator[ProviderEvent]:
    """What the provider says to `request` as the next turn of `dialogue`; models answer from passages."""
    turns, options = tuple(dialogue.turns), definition.options
    provider = clients().provider(definition)
    request = replace(
        request,
        history=turns[max(len(turns) - options.max_turns, 0) :] if isinstance(options, ModelOptions) else turns,
        memory=dialogue.memories.get(definition.name, ""),
        remember=partial(dialogue.memories.__setitem__, definition.name),
        user=dialogue.user,
        standalone=grounding.standalone(request, turns),
    )
    searched = grounding.with_earlier_questions(request, turns)
    if isinstance(options, ModelOptions):
        retrieve = _retriever(options, searched, snapshot)
        return grounding.answer(provider.answer, request, options, snapshot.prompts, retrieve)
    return provider.answer(searched if traits_of(definition.kind).uses_context else request)


def _retriever(options: ModelOptions, request: AnswerRequest, snapshot: Snapshot) -> grounding.Retriever | None:
    """What finds the passages for this question: the knowledge base, or the web where that is set or wanted."""
    if feeds_models(snapshot, request) or options.retriever == "search":
        if request.search is False:
            return _nothing
        return partial(_found_on_web, web_search(snapshot), request, options.max_passages)
    if options.retriever == "knowledge":
        return partial(passages.find, request, options.max_passages)
    return None


async def _nothing() -> tuple[Source, ...]:
    """No passage: only the web had any, and it must not be searched."""
    return ()


async def _found_on_web(search: Definition | None, request: AnswerRequest, limit: int) -> tuple[Source, ...]:
    searcher: object = clients().provider(search) if search else None
    if not isinstance(searcher, WebSearcher):
        raise ProviderError(ErrorReason.NOT_CONFIGURED, may_pass=False, detail="no web search")
    try:
        async with asyncio.timeout(SEARCH_PATIENCE_S):
            return await searcher.search(request.standalone or request.question, request.language, limit)
    except TimeoutError:
        raise ProviderError(ErrorReason.TIMEOUT, may_pass=True, detail="web search") from None
