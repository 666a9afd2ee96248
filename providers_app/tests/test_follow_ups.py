"""A question that leans on those before it is understood by every kind of provider."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import ClassVar

import pytest

from knowledge_app.tests.indexes import add_document, passage
from providers_app import registry
from providers_app.contract import AnswerEnded, AnswerRequest, Dialogue, Noticed, Source, SourcesFound, TextDelta, Turn
from providers_app.definition import Definition, Snapshot
from providers_app.gateway import grounded
from providers_app.gateway.grounded import answer
from providers_app.grounding.answering import NOT_RETRIEVED
from providers_app.options import ModelOptions, Options, SearchOptions, Traits
from providers_app.tests.grounding import PROMPTS
from providers_app.tests.scripted import ScriptedProvider, definition

RAG = Turn("what is RAG", "It finds passages [1].")
TUNING = Turn("what is fine tuning", "Training a model further.")
FOLLOW_UP = AnswerRequest("and how does it differ from that")
PAGE = Source(1, "Page", "Found on the web.", "https://example.org/")


@dataclass
class Searching(ScriptedProvider):
    """Finds the same page for everything; `searches` holds what was searched for."""

    traits: ClassVar = Traits("Searching", SearchOptions, is_search=True)

    def __post_init__(self) -> None:
        self.searches: list[tuple[str, str, int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def search(self, question: str, language: str, limit: int) -> tuple[Source, ...]:
        self.searches.append((question, language, limit))
        await self.gate.wait()
        return (PAGE,)


@pytest.fixture
def search(providers, monkeypatch) -> Searching:
    monkeypatch.setitem(registry.KINDS, "searching", f"{__name__}:Searching")
    provider = Searching()
    providers.have([definition("web", "searching", options=SearchOptions())], provider)
    return provider


def dialogue(*turns: Turn) -> Dialogue:
    return Dialogue("somebody", turns=deque(turns), memories={"first": "c1"})


async def asked(found: Definition, request: AnswerRequest, *turns: Turn, others: tuple[Definition, ...] = ()):
    snapshot = Snapshot(1, (found, *others), PROMPTS)
    return [event async for event in answer(found, request, dialogue(*turns), snapshot)]


async def test_provider_is_told_the_conversation_and_what_it_calls_it(providers):
    provider = ScriptedProvider()
    providers.have([first := definition("first")], provider)
    await asked(first, AnswerRequest("what is RAG"), TUNING)
    assert provider.requests == [AnswerRequest("what is RAG", history=(TUNING,), memory="c1", user="somebody")]


@pytest.mark.parametrize(
    ("request_", "turns", "standalone"),
    [
        (FOLLOW_UP, (RAG, TUNING), "what is fine tuning and how does it differ from that"),
        (FOLLOW_UP, (RAG, Turn("why", "")), "what is RAG and how does it differ from that"),
        (FOLLOW_UP, (), ""),
        (AnswerRequest("它有什么用", ("下面讲讲深度学习",), "zh"), (), "下面讲讲深度学习 它有什么用"),
        (AnswerRequest("what is the largest lake of Finland"), (RAG,), ""),
    ],
)
async def test_question_that_leans_on_earlier_ones_also_comes_with_one(providers, request_, turns, standalone):
    provider = ScriptedProvider()
    providers.have([first := definition("first")], provider)
    await asked(first, request_, *turns)
    assert [(sent.question, sent.standalone) for sent in provider.requests] == [(request_.question, standalone)]


@pytest.mark.parametrize(("max_turns", "sent"), [(0, ()), (1, (TUNING,)), (6, (RAG, TUNING))])
async def test_model_is_sent_as_many_turns_as_its_options_say(providers, max_turns, sent):
    model = ScriptedProvider()
    options = ModelOptions(max_turns=max_turns, retriever="none")
    providers.have([first := definition("first", options=options)], model)
    assert await asked(first, FOLLOW_UP, RAG, TUNING) == [TextDelta("Because."), AnswerEnded()]
    assert [request.history for request in model.requests] == [sent]


@pytest.mark.usefixtures("data_dir")
async def test_model_gets_the_passages_that_the_follow_up_is_about(providers):
    add_document("Basics", passage("RAG finds passages.", "What is RAG?"), passage("RAG differs from fine tuning."))
    model = ScriptedProvider([TextDelta("So [1]."), AnswerEnded()])
    providers.have([first := definition("first", options=ModelOptions(max_turns=0, max_passages=1))], model)
    [found, *rest] = await asked(first, FOLLOW_UP, RAG, TUNING)
    assert isinstance(found, SourcesFound)
    assert [source.content for source in found.sources] == ["RAG differs from fine tuning."]
    assert rest == [TextDelta("So [1]."), AnswerEnded()]
    assert model.requests[0].context == ()


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize(
    ("turn", "question", "answered"),
    [
        (RAG, "and how does it differ from fine tuning", "RAG differs from fine tuning. [1]"),
        (Turn("什么是深度学习", "多层网络。"), "那它有什么用", "深度学习可以用来识别图片。[1]"),
    ],
)
async def test_knowledge_base_answers_a_follow_up(providers, turn, question, answered):
    add_document("Basics", passage("RAG finds passages.", "What is RAG?"), passage("RAG differs from fine tuning."))
    add_document("基础", passage("深度学习可以用来识别图片。", "深度学习有什么用？"), passage("今天下雨。"))
    first = definition("first", "knowledge", options=Options())
    providers.have([first])
    language = "en" if question.isascii() else "zh"
    assert TextDelta(answered) in await asked(first, AnswerRequest(question, language=language), turn)


async def test_model_answers_from_a_web_search_where_that_is_set(providers, search):
    model = ScriptedProvider([TextDelta("So 【1】."), AnswerEnded()])
    first = definition("first", options=ModelOptions(retriever="search", max_passages=3))
    web = providers.snapshot.definitions[0]
    providers.have([first, web], model, search)
    assert await asked(first, FOLLOW_UP, RAG, others=(web,)) == [
        *(SourcesFound((PAGE,)), TextDelta("So [1]."), AnswerEnded())
    ]
    assert search.searches == [("what is RAG and how does it differ from that", "en", 3)]


async def test_model_answers_without_a_web_search_that_takes_too_long(providers, search, monkeypatch):
    monkeypatch.setattr(grounded, "SEARCH_PATIENCE_S", 0.01)
    first = definition("first", options=ModelOptions(retriever="search"))
    web = providers.snapshot.definitions[0]
    providers.have([first, web], ScriptedProvider(), search)
    search.gate.clear()
    events = await asked(first, FOLLOW_UP, RAG, others=(web,))
    assert events == [Noticed(NOT_RETRIEVED), TextDelta("Because."), AnswerEnded()]


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize(
    ("use", "request_", "is_searched"),
    [
        ("model", AnswerRequest("any news"), True),
        ("model", AnswerRequest("what is RAG"), False),
        ("model", AnswerRequest("what is RAG", search=True), True),
        ("model", AnswerRequest("any news", search=False), False),
        ("answer", AnswerRequest("any news"), False),
    ],
)
async def test_model_gets_what_the_web_has_for_questions_that_want_it(providers, search, use, request_, is_searched):
    first = definition("first", options=ModelOptions())
    web = definition("web", "searching", options=SearchOptions(use=use))
    providers.have([first, web], ScriptedProvider(), search)
    events = await asked(first, request_, others=(web,))
    assert (SourcesFound((PAGE,)) in events) is is_searched
    assert len(search.searches) == is_searched


@pytest.mark.parametrize(("is_strict", "finish_reason"), [(False, "stop"), (True, "not_found")])
async def test_model_that_answers_from_the_web_is_given_nothing_where_nobody_may_search(
    providers, search, is_strict, finish_reason
):
    first = definition("first", options=ModelOptions(retriever="search", is_strict=is_strict))
    web = providers.snapshot.definitions[0]
    providers.have([first, web], ScriptedProvider(), search)
    *said, ended = await asked(first, AnswerRequest("any news", search=False), others=(web,))
    assert [type(event) for event in said] == [TextDelta]
    assert (ended.finish_reason, search.searches) == (finish_reason, [])


async def test_web_search_that_is_not_there_is_told(providers):
    first = definition("first", options=ModelOptions(retriever="search"))
    providers.have([first], ScriptedProvider())
    [noticed, *rest] = await asked(first, FOLLOW_UP)
    assert noticed.note.startswith("The search for passages failed")
    assert rest == [TextDelta("Because."), AnswerEnded()]
