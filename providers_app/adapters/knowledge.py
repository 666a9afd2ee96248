"""The provider kind `knowledge`: answers quoted from the built-in knowledge base."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, TypeVar

import httpx

from knowledge_app.analysis import language_of
from knowledge_app.answering import GroundedAnswer, answer_question
from knowledge_app.index import Hit, passage_count
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
from providers_app.definition import Connection
from providers_app.options import Options, Traits

MODEL = "knowledge-base"
THREADS = 2
MAX_WAITING = 256
NOT_KNOWN = {"en": "The knowledge base has no answer to this question.", "zh": "知识库里没有这个问题的答案。"}

T = TypeVar("T")


class KnowledgeProvider:
    """Answers with up to three sentences of the knowledge base, each with its citation mark, and makes none up.

    Searching takes milliseconds of CPU, so it runs in a few threads of its own; a question beyond `MAX_WAITING` is
    refused as "overloaded".
    """

    traits: ClassVar = Traits("Knowledge base", has_base_url=False, key="none", uses_context=True)

    def __init__(self, _connection: Connection, _options: Options, _client: httpx.AsyncClient) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="knowledge")
        self._waiting = 0

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        """Yield the sources, then one delta per sentence; an answer that is not known ends with "not_found"."""
        answer = await self._found(request)
        if not answer.is_known:
            yield TextDelta(NOT_KNOWN[request.language])
            yield AnswerEnded("not_found", MODEL)
            return
        yield SourcesFound(tuple(_source(number, hit) for number, hit in enumerate(answer.sources, start=1)))
        for text in _deltas(answer):
            yield TextDelta(text)
        yield AnswerEnded("stop", MODEL)

    async def check(self) -> None:
        """The index can be read and has something in it."""
        try:
            count = await self._in_thread(passage_count)
        except ProviderError:
            raise
        except Exception as error:
            raise _unavailable(error) from error
        if not count:
            raise ProviderError(ErrorReason.EMPTY, may_pass=False, detail="no documents")

    async def _found(self, request: AnswerRequest) -> GroundedAnswer:
        try:
            return await self._in_thread(lambda: answer_question(request.question, request.context, request.language))
        except ProviderError:
            raise
        except Exception as error:
            raise _unavailable(error) from error

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._waiting >= MAX_WAITING:
            raise ProviderError(ErrorReason.OVERLOADED, may_pass=True)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def _unavailable(error: Exception) -> ProviderError:
    return ProviderError(ErrorReason.UNAVAILABLE, may_pass=True, detail=f"{type(error).__name__} in search")


def _source(number: int, hit: Hit) -> Source:
    title = f"{hit.title} · {hit.heading}" if hit.heading not in {"", hit.title} else hit.title
    return Source(number, title, hit.text, score=round(hit.score, 3))


def _deltas(answer: GroundedAnswer) -> Iterator[str]:
    """The sentences with their marks, set apart by blanks except in Chinese, which uses none."""
    for number, sentence in enumerate(answer.sentences):
        blank = "" if language_of(sentence.text) == "zh" else " "
        yield f"{blank if number else ''}{sentence.text}{blank}[{sentence.source}]"
