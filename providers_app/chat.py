"""What the adapters of models have in common: the conversation as messages, and the answer without its reasoning."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from typing import Any

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    ErrorReason,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)
from providers_app.http import Reply

MAX_NAME_CHARS = 128
_TAGS = {"<think>": "</think>", "<thought>": "</thought>", "[THINK]": "[/THINK]"}
"""Where reasoning begins and ends: DeepSeek, Qwen and most others; Gemini's compatible mode; Mistral."""


def messages(request: AnswerRequest) -> list[dict[str, str]]:
    """The conversation, oldest first, in the roles that all vendors know: system, user and assistant."""
    said = [("system", request.instructions)] if request.instructions else []
    for turn in request.history:
        said += [("user", turn.question), ("assistant", turn.answer)]
    said.append(("user", request.prompt or request.question))
    return [{"role": role, "content": content} for role, content in said]


def usage(prompt: Any, completion: Any, total: Any = None) -> dict[str, int]:
    """The counts of tokens that are counts, by the contract's names; the total is reckoned where it is not given."""
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total}
    known = {name: count for name, count in counts.items() if type(count) is int and count >= 0}
    if len(known) == 2 and "total_tokens" not in known:  # noqa: PLR2004 - both parts of the sum
        known["total_tokens"] = sum(known.values())
    return known


class ReasoningFilter:
    """Keeps the reasoning before an answer out of its text, wherever the pieces of the text break.

    Models reason first, so a tag counts before the answer's first word alone: one that stands further on is the
    answer's own. `is_open` says that the model's template opens the reasoning, so that only its end is ever said
    (DeepSeek-R1's does).
    """

    def __init__(self, *, is_open: bool = False) -> None:
        self._end = "</think>" if is_open else ""
        self._held = ""
        self._has_reasoned = is_open
        self._has_begun = False

    def text(self, piece: str) -> str:
        """What of the answer is certain after this piece; it may be nothing."""
        if self._has_begun:
            return piece
        self._held += piece
        while True:
            if self._end:
                _reasoning, is_over, rest = self._held.partition(self._end)
                if not is_over:
                    self._held = self._held[1 - len(self._end) :]
                    return ""
                self._held, self._end = rest, ""
            start = self._held.lstrip()
            tag = next((tag for tag in _TAGS if start.startswith(tag)), "")
            if not tag:
                break
            self._held, self._end, self._has_reasoned = start[len(tag) :], _TAGS[tag], True
        if any(tag.startswith(start) for tag in _TAGS):
            return ""
        return self._begin(start)

    def rest(self) -> str:
        """What was held back to the end, because it could have become a tag."""
        start = self._held.lstrip()
        return "" if self._end or not start else self._begin(start)

    def _begin(self, start: str) -> str:
        answer = start if self._has_reasoned else self._held
        self._held, self._has_begun = "", True
        return answer


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one piece of a model's reply adds. `finish_reason` is the contract's, "" while the answer goes on."""

    text: str = ""
    finish_reason: str = ""
    model: str = ""
    message_id: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()


async def answer_from(
    exchange: AbstractAsyncContextManager[Reply],
    read: Callable[[Reply], AsyncGenerator[Chunk]],
    model: str,
    reasoning: ReasoningFilter | None = None,
) -> AsyncGenerator[ProviderEvent]:
    """Send a request and stream the answer that `read` finds in the reply. Raises `ProviderError`."""
    async with exchange as reply, aclosing(answer_of(read(reply), model, reasoning)) as events:
        async for event in events:
            yield event


async def answer_of(
    chunks: AsyncGenerator[Chunk], model: str, reasoning: ReasoningFilter | None = None
) -> AsyncGenerator[ProviderEvent]:
    """The events of the answer that `chunks` make. Raises `ProviderError` where they end before the answer does."""
    reasoning = reasoning or ReasoningFilter()
    ended, has_spoken = AnswerEnded("", model), False
    async with aclosing(chunks):
        async for chunk in chunks:
            if chunk.sources:
                yield SourcesFound(chunk.sources)
            if text := reasoning.text(chunk.text):
                has_spoken = True
                yield TextDelta(text)
            ended = AnswerEnded(
                ended.finish_reason or chunk.finish_reason,
                chunk.model[:MAX_NAME_CHARS] or ended.model,
                chunk.usage or ended.usage,
                message_id=chunk.message_id[:MAX_NAME_CHARS] or ended.message_id,
            )
    if not ended.finish_reason:
        raise ProviderError(ErrorReason.INTERRUPTED, may_pass=True, detail="the reply ended before the answer")
    if text := reasoning.rest():
        has_spoken = True
        yield TextDelta(text)
    if not has_spoken and ended.finish_reason == "content_filter":
        raise ProviderError(ErrorReason.BLOCKED, may_pass=False, detail="content_filter")
    if not has_spoken and ended.finish_reason == "length":
        raise ProviderError(ErrorReason.EMPTY, may_pass=False, detail="all tokens went into reasoning; allow more")
    yield ended
