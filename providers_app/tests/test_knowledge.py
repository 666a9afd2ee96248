import asyncio

import pytest

from knowledge_app.analysis import language_of
from knowledge_app.index import IndexUnreadableError
from knowledge_app.tests.indexes import add_document, passage
from providers_app.adapters import knowledge
from providers_app.adapters.knowledge import MODEL, NOT_KNOWN, KnowledgeProvider
from providers_app.contract import (
    AnswerEnded,
    AnswerProvider,
    AnswerRequest,
    ProviderError,
    Source,
    SourcesFound,
    TextDelta,
)

pytestmark = pytest.mark.usefixtures("data_dir")


async def answered(question: str, *context: str) -> list[object]:
    request = AnswerRequest(question, context, language_of(question))
    return [
        event
        async for event in KnowledgeProvider(Connection("knowledge"), Options(), httpx.AsyncClient()).answer(request)
    ]


def test_provider_keeps_the_contract():
    assert isinstance(KnowledgeProvider(Connection("knowledge"), Options(), httpx.AsyncClient()), AnswerProvider)


async def test_answer_streams_its_sources_and_then_one_delta_a_sentence():
    add_document("Basics", passage("RAG finds passages. RAG names its sources.", "What is RAG?"))
    [sources, *rest] = await answered("what is rag")
    assert isinstance(sources, SourcesFound)
    [source] = sources.sources
    assert source == Source(
        1, "Basics · What is RAG?", "RAG finds passages. RAG names its sources.", score=source.score
    )
    assert rest == [
        TextDelta("RAG finds passages. [1]"),
        TextDelta(" RAG names its sources. [1]"),
        AnswerEnded("stop", MODEL),
    ]


async def test_answer_in_chinese_has_no_blanks_between_sentences():
    add_document("检索", passage("检索先找段落。检索再给来源。"))
    [_, *rest] = await answered("什么是检索")
    assert rest == [TextDelta("检索先找段落。[1]"), TextDelta("检索再给来源。[1]"), AnswerEnded("stop", MODEL)]


async def test_answer_uses_the_context():
    add_document("Basics", passage("RAG finds passages."))
    assert TextDelta("RAG finds passages. [1]") in await answered("what is it", "we use RAG")


@pytest.mark.parametrize(("question", "language"), [("what is the weather", "en"), ("天气怎么样", "zh")])
async def test_answer_that_is_not_known_is_one_sentence_without_sources(question, language):
    add_document("Basics", passage("RAG finds passages."))
    assert await answered(question) == [TextDelta(NOT_KNOWN[language]), AnswerEnded("not_found", MODEL)]


async def test_failure_of_the_search_is_a_provider_error_without_the_question(monkeypatch):
    def fail(*_):
        raise IndexUnreadableError("secret question")

    monkeypatch.setattr(knowledge, "answer_question", fail)
    with pytest.raises(ProviderError) as failure:
        await answered("secret question")
    assert (failure.value.reason, failure.value.may_pass) == ("unavailable", True)
    assert "secret" not in str(failure.value)


async def test_questions_beyond_the_bound_are_refused(monkeypatch):
    monkeypatch.setattr(knowledge, "MAX_WAITING", 1)
    provider = KnowledgeProvider(Connection("knowledge"), Options(), httpx.AsyncClient())

    async def ended() -> object:
        return [event async for event in provider.answer(AnswerRequest("what is rag"))][-1]

    outcomes = await asyncio.gather(ended(), ended(), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [AnswerEnded, ProviderError]
    assert await ended() == AnswerEnded("not_found", MODEL)


async def test_is_healthy_needs_a_passage():
    provider = KnowledgeProvider(Connection("knowledge"), Options(), httpx.AsyncClient())
    assert not await provider.is_healthy()
    add_document("Basics", passage("RAG finds passages."))
    assert await provider.is_healthy()
