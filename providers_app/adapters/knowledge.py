"""The provider kind `knowledge`: answers quoted from the built-in knowledge base."""

from collections.abc import AsyncGenerator, Iterator
from typing import ClassVar

import httpx

from knowledge_app.analysis import language_of
from knowledge_app.answering import GroundedAnswer, answer_question
from knowledge_app.index import passage_count
from providers_app.contract import (
    NOT_FOUND,
    AnswerEnded,
    AnswerRequest,
    ErrorReason,
    ProviderError,
    ProviderEvent,
    SourcesFound,
    TextDelta,
)
from providers_app.definition import Connection
from providers_app.options import Options, Traits
from providers_app.passages import NOT_KNOWN, searches, source

MODEL = "knowledge-base"


class KnowledgeProvider:
    """Answers with up to three sentences of the knowledge base, each with its citation mark, and makes none up."""

    traits: ClassVar = Traits("Knowledge base", has_base_url=False, key="none", uses_context=True)

    def __init__(self, _connection: Connection, _options: Options, _client: httpx.AsyncClient) -> None:
        pass

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        """Yield the sources, then one delta per sentence; an answer that is not known ends with `NOT_FOUND`."""
        answer = await searches.run(lambda: answer_question(request.question, request.context, request.language))
        if not answer.is_known:
            if not request.only_known:
                yield TextDelta(NOT_KNOWN[request.language])
            yield AnswerEnded(NOT_FOUND, MODEL)
            return
        yield SourcesFound(tuple(source(number, hit) for number, hit in enumerate(answer.sources, start=1)))
        for text in _deltas(answer):
            yield TextDelta(text)
        yield AnswerEnded("stop", MODEL)

    async def check(self) -> None:
        """The index can be read and has something in it."""
        if not await searches.run(passage_count):
            raise ProviderError(ErrorReason.EMPTY, may_pass=False, detail="no documents")


def _deltas(answer: GroundedAnswer) -> Iterator[str]:
    """The sentences with their marks, set apart by blanks except in Chinese, which uses none."""
    for number, sentence in enumerate(answer.sentences):
        blank = "" if language_of(sentence.text) == "zh" else " "
        yield f"{blank if number else ''}{sentence.text}{blank}[{sentence.source}]"
