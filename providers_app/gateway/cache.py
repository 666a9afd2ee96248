"""Answers that serve again for the same question, where no conversation comes before it.

Identical questions that are asked at the same moment each go to the provider: coalescing them would tie one speaker's
answer to another's connection.
"""

import asyncio
import hashlib
import logging
import unicodedata

import msgspec

from knowledge_app import index
from knowledge_app.questions import leans_on_context
from providers_app.contract import (
    AnswerEnded,
    Origin,
    ProviderChosen,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)
from providers_app.definition import Definition
from providers_app.gateway.question import Question
from providers_app.registry import traits_of
from providers_app.store import store

MAX_ANSWERS = 4_096
MAX_ANSWER_BYTES = 32_000
"""A longer answer is not kept."""
CLOSING = " .。…?,、;:"
"""What may stand at the end of a question, after NFKC, without changing it."""
logger = logging.getLogger(__name__)


class CachedAnswer(msgspec.Struct, frozen=True, array_like=True):
    """A complete answer, and the whole key that it belongs to."""

    key: bytes
    text: str
    sources: tuple[Source, ...]
    model: str

    def events(self, provider: str) -> list[ProviderEvent]:
        """The answer as it is given again. Its usage is empty: nothing was spent."""
        sources = [SourcesFound(self.sources)] if self.sources else []
        ended = AnswerEnded("stop", self.model)
        return [ProviderChosen(provider, is_cached=True), *sources, TextDelta(self.text), ended]


async def key_of(question: Question, definition: Definition) -> bytes | None:
    """What an answer depends on; None where it must not be kept, or be taken from what was kept.

    That is so in a conversation, and also at its first question where the vendor remembers conversations, because it
    would not know of a question that it was never asked.
    """
    request, dialogue, traits = question.request, question.dialogue, traits_of(definition.kind)
    if not definition.limits.cache_s or request.origin is Origin.TEST:
        return None
    if dialogue.turns or dialogue.memories.get(definition.name):
        return None
    uses_context = traits.uses_context or traits.is_model or leans_on_context(request.question)
    if (request.context and uses_context) or (traits.remembers and question.is_part_of_dialogue):
        return None
    parts = [
        definition.name,
        definition.version,
        question.snapshot.revision,
        await _knowledge(definition),
        request.language,
        request.search,
        normalised(request.question),
    ]
    return hashlib.sha256(msgspec.json.encode(parts)).digest()


def normalised(question: str) -> str:
    """The same text for questions that differ in nothing but form."""
    return " ".join(unicodedata.normalize("NFKC", question).casefold().split()).rstrip(CLOSING)


async def find(key: bytes) -> CachedAnswer | None:
    """The answer that was kept under `key`."""
    (kept,) = await store.get(_place(key))
    try:
        answer = msgspec.msgpack.decode(kept, type=CachedAnswer) if kept else None
    except msgspec.DecodeError:  # of another release, which shares the store
        return None
    return answer if answer and answer.key == key else None


async def keep(key: bytes, question: Question, definition: Definition, ended: AnswerEnded) -> None:
    """Keep the answer that was told, if it came to a regular end."""
    if ended.finish_reason != "stop":
        return
    told = question.told
    answer = msgspec.msgpack.encode(CachedAnswer(key, "".join(told.pieces), told.sources, ended.model))
    if len(answer) <= MAX_ANSWER_BYTES:
        await store.put(_place(key), answer, definition.limits.cache_s)


def _place(key: bytes) -> str:
    """One of `MAX_ANSWERS` places, which bounds answers in Redis too: a newer one takes the place of an older."""
    return f"answer:{int.from_bytes(key[:8]) % MAX_ANSWERS}"


async def _knowledge(definition: Definition) -> object:
    """The state of the knowledge base, for those who answer from it."""
    if definition.kind == "knowledge" or getattr(definition.options, "retriever", "") == "knowledge":
        return await asyncio.to_thread(index.state)
    return None
