"""What the stream of an answer tells, as described in https://docs.dify.ai/en/api-reference."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from providers_app.adapters.dify.errors import explain
from providers_app.chat import ReasoningFilter, usage
from providers_app.contract import (
    AnswerEnded,
    AnswerRestarted,
    ErrorReason,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)


class Reading:
    """Tells an answer from its stream, event by event. `end` is there when the answer is complete.

    `task_id` is what stops the answer. Events without a part of the answer (workflow_*, node_*, message_file,
    tts_message, ping and any new ones) are passed over.
    """

    def __init__(self) -> None:
        self.task_id = self.conversation_id = ""
        self.end: AnswerEnded | None = None
        self._said = ""
        self._is_agent = False
        self._step: Any = None
        self._reasoning = ReasoningFilter()
        self._has_spoken = False

    def take(self, event: dict[str, Any]) -> Iterator[ProviderEvent]:
        """What an event adds. Raises `ProviderError` for the event `error`."""
        self.task_id = _string(event, "task_id") or self.task_id
        self.conversation_id = _string(event, "conversation_id") or self.conversation_id
        text = _string(event, "answer")
        match event.get("event"):
            case "message" if self._is_agent:
                yield from self._final(text)
            case "message":
                yield from self._begin_step(event.get("from_variable_selector"))
                yield from self._say(text)
            case "agent_message":
                self._is_agent = True
                yield from self._say(text)
            case "agent_thought":
                yield from self._begin_step(event.get("position"))
            case "message_replace":
                yield from self._replace(text)
            case "message_end":
                yield from self._finish(event)
            case "error":
                raise explain(200, event) or ProviderError(ErrorReason.UNAVAILABLE, may_pass=True, detail="error")

    def _say(self, text: str) -> Iterator[ProviderEvent]:
        self._said += text
        yield from self._spoken(self._reasoning.text(text))

    def _spoken(self, text: str) -> Iterator[ProviderEvent]:
        if text:
            self._has_spoken = True
            yield TextDelta(text)

    def _begin_step(self, step: Any) -> Iterator[ProviderEvent]:
        """Each node of a chatflow and each step of an agent asks a model anew, which may reason anew."""
        if step != self._step:
            yield from self._spoken(self._reasoning.rest())
            self._step, self._reasoning = step, ReasoningFilter()

    def _final(self, text: str) -> Iterator[ProviderEvent]:
        """The one `message` of the newer agents is the whole answer, of which most or all was said."""
        if text.startswith(self._said):
            yield from self._say(text[len(self._said) :])
        elif not self._said.endswith(text):
            yield from self._replace(text)

    def _replace(self, text: str) -> Iterator[ProviderEvent]:
        if self._has_spoken:
            yield AnswerRestarted("replaced")
        self._said, self._reasoning = "", ReasoningFilter()
        yield from self._say(text)

    def _finish(self, event: dict[str, Any]) -> Iterator[ProviderEvent]:
        yield from self._spoken(self._reasoning.rest())
        metadata = _part(event, "metadata")
        if sources := _sources(metadata.get("retriever_resources")):
            yield SourcesFound(sources)
        counts = _part(metadata, "usage")
        self.end = AnswerEnded(
            usage=usage(counts.get("prompt_tokens"), counts.get("completion_tokens"), counts.get("total_tokens")),
            memory=_string(event, "conversation_id"),
            message_id=_string(event, "message_id") or _string(event, "id"),
        )


class _Resource(Struct):
    document_name: str | None = None
    dataset_name: str | None = None
    content: str | None = None
    score: float | None = None


def _sources(resources: Any) -> tuple[Source, ...]:
    """The pieces of documents that the answer rests on."""
    try:
        found = msgspec.convert(resources or [], list[_Resource], strict=False)
    except msgspec.ValidationError:
        return ()
    return tuple(
        Source(position, each.document_name or each.dataset_name or "", each.content or "", score=each.score)
        for position, each in enumerate(found, start=1)
    )


def _part(found: dict[str, Any], name: str) -> dict[str, Any]:
    return part if isinstance(part := found.get(name), dict) else {}


def _string(found: dict[str, Any], name: str) -> str:
    return value if isinstance(value := found.get(name), str) else ""
