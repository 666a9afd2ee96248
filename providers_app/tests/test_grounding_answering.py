import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from providers_app import grounding
from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    ErrorReason,
    Noticed,
    ProviderError,
    Source,
    SourcesFound,
    TextDelta,
    Turn,
)
from providers_app.grounding.answering import NOT_KNOWN, NOT_RETRIEVED, SHORTENED
from providers_app.options import ModelOptions
from providers_app.tests.grounding import BEST, PROMPTS, SECOND
from providers_app.tests.scripted import ScriptedProvider

REQUEST = AnswerRequest("why")
STRICT = ModelOptions(is_strict=True, model="small")
TOO_LONG = ProviderError(ErrorReason.TOO_LONG, may_pass=False)
DOWN = ProviderError(ErrorReason.UNREACHABLE, may_pass=True)


class Model:
    """Answers each time it is asked by the next of its scripts."""

    def __init__(self, *scripts) -> None:
        self.providers = [ScriptedProvider([*script]) for script in scripts]
        self.requests: list[AnswerRequest] = []

    def ask(self, request: AnswerRequest):
        provider = self.providers[len(self.requests)]
        self.requests.append(request)
        return provider.answer(request)


def finding(*sources: Source, error: ProviderError | None = None):
    async def retrieve() -> tuple[Source, ...]:
        if error:
            raise error
        return sources

    return retrieve


async def events_of(model: Model, retrieve, options=ModelOptions(), request=REQUEST) -> list[object]:  # noqa: B008
    seen: list[object] = []
    try:
        async with aclosing(grounding.answer(model.ask, request, options, PROMPTS, retrieve)) as events:
            async for event in events:
                seen.append(event)  # noqa: PERF401 - what came before the failure counts
    except ProviderError as error:
        seen.append(error)
    return seen


async def test_sources_come_before_the_answer_and_marks_lead_to_them():
    model = Model([TextDelta("So 【1、2】"), TextDelta("[3]."), AnswerEnded()])
    assert await events_of(model, finding(BEST, SECOND)) == [
        *(SourcesFound((BEST, SECOND)), TextDelta("So [1][2]"), TextDelta("."), AnswerEnded())
    ]
    [request] = model.requests
    assert request.instructions == "grounded en"
    assert "RAG finds passages." in request.prompt


@pytest.mark.parametrize("retrieve", [None, finding()])
async def test_question_without_passages_is_asked_plainly_and_its_text_is_left_as_it_is(retrieve):
    model = Model([TextDelta("So 【1】"), AnswerEnded()])
    assert await events_of(model, retrieve) == [TextDelta("So 【1】"), AnswerEnded()]
    assert model.requests[0].instructions == "plain en"


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_strict_model_is_not_asked_without_passages(language):
    model = Model()
    assert await events_of(model, finding(), STRICT, replace(REQUEST, language=language)) == [
        TextDelta(NOT_KNOWN[language]),
        AnswerEnded("not_found", "small"),
    ]
    assert model.requests == []


async def test_strict_model_without_a_retriever_answers():
    assert await events_of(Model([TextDelta("So."), AnswerEnded()]), None, STRICT) == [TextDelta("So."), AnswerEnded()]


async def test_search_that_fails_is_told_and_the_model_answers_alone():
    model = Model([TextDelta("So."), AnswerEnded()])
    assert await events_of(model, finding(error=DOWN)) == [Noticed(NOT_RETRIEVED), TextDelta("So."), AnswerEnded()]


async def test_search_that_fails_is_a_failure_of_a_strict_model():
    assert await events_of(Model(), finding(error=DOWN), STRICT) == [DOWN]


async def test_conversation_that_the_vendor_finds_too_long_is_sent_once_more_by_half():
    turns = tuple(Turn(f"question {number}", "answer " * 20) for number in range(8))
    model = Model([TOO_LONG], [TextDelta("So [1]."), AnswerEnded()])
    assert await events_of(model, finding(BEST), request=replace(REQUEST, history=turns)) == [
        *(SourcesFound((BEST,)), Noticed(SHORTENED), SourcesFound((BEST,))),
        *(TextDelta("So [1]."), AnswerEnded()),
    ]
    whole, half = model.requests
    assert (whole.history, half.history) == (turns, turns[5:])
    assert whole.prompt == half.prompt


async def test_vendor_that_still_finds_it_too_long_has_the_last_word():
    turns = (Turn("what", "answer " * 300),)
    model = Model([TOO_LONG], [TOO_LONG])
    request = replace(REQUEST, history=turns)
    assert await events_of(model, None, request=request) == [Noticed(SHORTENED), TOO_LONG]


async def test_question_that_cannot_be_made_shorter_is_not_asked_again():
    model = Model([TOO_LONG])
    [error] = await events_of(model, None)
    assert isinstance(error, ProviderError)
    assert (error.reason, len(model.requests)) == ("too_long", 1)


@pytest.mark.parametrize("script", [[TextDelta("So"), TOO_LONG], [DOWN]])
async def test_other_failures_and_those_of_an_answer_that_has_begun_are_passed_on(script):
    model = Model(script)
    assert await events_of(model, None) == script
    assert len(model.requests) == 1


async def test_leaving_early_stops_the_model():
    model = Model([TextDelta("So"), asyncio.Event()])
    async with aclosing(grounding.answer(model.ask, REQUEST, ModelOptions(), PROMPTS, finding(BEST))) as events:
        assert [await anext(events), await anext(events)] == [SourcesFound((BEST,)), TextDelta("So")]
    assert model.providers[0].stopped == ["why"]
