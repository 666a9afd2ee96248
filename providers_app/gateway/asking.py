"""From a question to the events of its answer, by the first provider that can give one."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    Dialogue,
    ErrorReason,
    ProviderChosen,
    ProviderError,
    ProviderEvent,
    TextDelta,
    Turn,
)
from providers_app.directory import directory
from providers_app.gateway.clients import clients
from providers_app.gateway.timing import in_time


async def ask(request: AnswerRequest, dialogue: Dialogue | None = None) -> AsyncGenerator[ProviderEvent]:
    """Stream an answer to `request`, as the next turn of `dialogue`.

    Yields `ProviderChosen`, then what the provider says, ending with `AnswerEnded`. Raises `ProviderError`, also for
    timeouts and for an answer without a word.
    """
    dialogue = dialogue or Dialogue()
    snapshot = await directory.current()
    if not snapshot.definitions:
        raise ProviderError(ErrorReason.NOT_CONFIGURED, may_pass=False)
    definition = snapshot.definitions[0]
    yield ProviderChosen(definition.name)
    request = replace(
        request,
        history=tuple(dialogue.turns),
        memory=dialogue.memories.get(definition.name, ""),
        user=dialogue.user,
    )
    provider = clients().provider(definition)
    said: list[str] = []
    async with aclosing(provider.answer(request)) as events, aclosing(in_time(events, definition.limits)) as timely:
        async for event in timely:
            if isinstance(event, TextDelta):
                said.append(event.text)
            elif isinstance(event, AnswerEnded):
                dialogue.turns.append(Turn(request.question, "".join(said)))
                dialogue.memories[definition.name] = event.memory
            yield event
