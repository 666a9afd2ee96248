import asyncio

import httpx
import pytest

from knowledge_app.analysis import language_of
from knowledge_app.index import IndexUnreadableError
from knowledge_app.tests.indexes import add_document, passage
from providers_app import passages
from providers_app.adapters import knowledge
from providers_app.adapters.knowledge import MODEL, KnowledgeProvider
from providers_app.contract import (
    AnswerEnded,
    AnswerProvider,
    AnswerRequest,
    Dialogue,
    ProviderChosen,
    ProviderError,
    Source,
    SourcesFound,
    TextDelta,
)
from providers_app.definition import Connection
from providers_app.options import Options
from providers_app.passages import NOT_KNOWN
from providers_app.tests.scripted import definition, said

pytestmark = pytest.mark.usefixtures("data_dir")


def made() -> KnowledgeProvider:
    return KnowledgeProvider(Connection("knowledge"), Options(), httpx.AsyncClient())


async def answered(question: str, *context: str) -> list[object]:
    request = AnswerRequest(question, context, language_of(question))
    return [event async for event in made().answer(request)]


def test_provider_keeps_the_contract():
    assert isinstance(made(), AnswerProvider)


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


async def test_answer_that_is_not_known_has_no_word_where_only_known_ones_are_wanted(providers):
    add_document("Basics", passage("RAG finds passages."))
    request = AnswerRequest("what is the weather", only_known=True)
    ended = AnswerEnded("not_found", MODEL)
    assert [event async for event in made().answer(request)] == [ended]
    providers.have([definition("kb", "knowledge")])
    dialogue = Dialogue()
    assert await said(request, dialogue) == ([ProviderChosen("kb"), ended], None)
    assert not dialogue.turns


async def test_failure_of_the_search_is_a_provider_error_without_the_question(monkeypatch):
    def fail(*_):
        raise IndexUnreadableError("secret question")

    monkeypatch.setattr(knowledge, "answer_question", fail)
    with pytest.raises(ProviderError) as failure:
        await answered("secret question")
    assert (failure.value.reason, failure.value.may_pass) == ("unavailable", True)
    assert "secret" not in str(failure.value)


async def test_questions_beyond_the_bound_are_refused(monkeypatch):
    monkeypatch.setattr(passages, "MAX_WAITING", 1)

    async def ended() -> object:
        return [event async for event in made().answer(AnswerRequest("what is rag"))][-1]

    outcomes = await asyncio.gather(ended(), ended(), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [AnswerEnded, ProviderError]
    assert await ended() == AnswerEnded("not_found", MODEL)


async def test_check_needs_a_passage():
    with pytest.raises(ProviderError) as failure:
        await made().check()
    assert (failure.value.reason, failure.value.may_pass) == ("empty", False)
    add_document("Basics", passage("RAG finds passages."))
    await made().check()


async def test_passages_to_answer_from_are_the_best_first_and_none_where_none_fits():
    add_document("Basics", passage("RAG finds passages.", "What is RAG?"), passage("RAG is old."), passage("It rains."))
    first, second = await passages.find(AnswerRequest("tell me about RAG"), 5)
    assert (first.position, first.title, first.content) == (1, "Basics · What is RAG?", "RAG finds passages.")
    assert (second.position, second.title, second.content) == (2, "Basics", "RAG is old.")
    assert await passages.find(AnswerRequest("tell me about RAG"), 1) == (first,)
    assert await passages.find(AnswerRequest("who won the cup"), 5) == ()
