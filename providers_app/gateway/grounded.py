"""What a provider is told beside the question, by its kind."""

from collections.abc import AsyncGenerator
from dataclasses import replace

from providers_app.contract import AnswerRequest, Dialogue, ProviderEvent
from providers_app.definition import Definition, Snapshot
from providers_app.gateway.clients import clients


def answer(
    definition: Definition, request: AnswerRequest, dialogue: Dialogue, _snapshot: Snapshot
) -> AsyncGenerator[ProviderEvent]:
    """What the provider says to `request` as the next turn of `dialogue`."""
    request = replace(
        request,
        history=tuple(dialogue.turns),
        memory=dialogue.memories.get(definition.name, ""),
        user=dialogue.user,
    )
    return clients().provider(definition).answer(request)
