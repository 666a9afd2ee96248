"""One real question to one provider alone, as an operator asks it, whether the provider is enabled or not."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from knowledge_app.analysis import language_of
from providers_app.contract import AnswerRequest, Dialogue, ErrorReason, Origin, ProviderError, ProviderEvent
from providers_app.definition import Definition
from providers_app.directory import directory
from providers_app.gateway.accounting import accounted
from providers_app.gateway.question import Question
from providers_app.gateway.visiting import visit

USER = "operator"


async def try_out(definition: Definition | None, text: str) -> AsyncGenerator[ProviderEvent]:
    """Stream the provider's answer to `text`, as to any other question. Raises `ProviderError`.

    Without a definition, because a row cannot be used as it is set, the error is "not_configured".
    """
    if definition is None:
        raise ProviderError(ErrorReason.NOT_CONFIGURED, may_pass=False)
    snapshot = await directory.current()
    others = (each for each in snapshot.definitions if each.name != definition.name)
    question = Question(
        AnswerRequest(text, language=language_of(text), origin=Origin.TEST),
        Dialogue(user=USER),
        is_part_of_dialogue=False,
        snapshot=replace(snapshot, definitions=(definition, *others)),
    )
    with accounted(question):
        latest = asyncio.get_running_loop().time() + definition.limits.total_timeout_s
        async with aclosing(visit(question, definition, latest)) as events:
            async for event in events:
                question.told.take(event)
                yield event
