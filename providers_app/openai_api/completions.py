"""An answer in OpenAI's words: as one completion, or as chunks while it is made."""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from providers_app.contract import AnswerEnded, ProviderChosen, ProviderEvent, Source, SourcesFound

FINISH_REASONS = {"length": "length", "content_filter": "content_filter"}
"""Everything else is "stop", also an answer that says that none is known."""


@dataclass(slots=True)
class Completion:
    """What is known of an answer so far. `model` is the name of the provider that gives it."""

    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))
    model: str = ""
    sources: Sequence[Source] = ()
    ended: AnswerEnded = field(default_factory=AnswerEnded)

    def take(self, event: ProviderEvent) -> None:
        match event:
            case ProviderChosen(provider):
                self.model = provider
            case SourcesFound(sources):
                self.sources = sources
            case AnswerEnded():
                self.ended = event

    def whole(self, content: str) -> dict[str, Any]:
        """The completion. `sources` is ours: what the marks like [1] in the text stand for."""
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": content, "refusal": None},
            "logprobs": None,
            "finish_reason": self._finish_reason(),
        }
        return self._object("chat.completion", [choice]) | {"usage": self.usage(), "sources": self._sources()}

    def chunk(self, **delta: str) -> dict[str, Any]:
        """A piece of the answer."""
        return self._chunk(delta, None)

    def last_chunk(self) -> dict[str, Any]:
        return self._chunk({}, self._finish_reason()) | {"sources": self._sources()}

    def usage_chunk(self) -> dict[str, Any]:
        return self._object("chat.completion.chunk", []) | {"usage": self.usage()}

    def usage(self) -> Mapping[str, int]:
        """The vendor's count; 0 where it counts nothing."""
        prompt, said = (self.ended.usage.get(name, 0) for name in ("prompt_tokens", "completion_tokens"))
        total = self.ended.usage.get("total_tokens", prompt + said)
        return {"prompt_tokens": prompt, "completion_tokens": said, "total_tokens": total}

    def _chunk(self, delta: dict[str, str], finish_reason: str | None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._object("chat.completion.chunk", [choice])

    def _object(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model, "choices": choices}

    def _finish_reason(self) -> str:
        return FINISH_REASONS.get(self.ended.finish_reason, "stop")

    def _sources(self) -> list[dict[str, Any]]:
        return [asdict(source) for source in self.sources]
