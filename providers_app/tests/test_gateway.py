"""The one door: who is asked, for how long, and how it ends."""

import asyncio
from contextlib import aclosing

import pytest

from providers_app import gateway
from providers_app.checks import check_active_provider
from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    ErrorReason,
    ProviderChosen,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)
from providers_app.definition import Limits
from providers_app.tests.scripted import ScriptedProvider, definition

REQUEST = AnswerRequest("why")


async def everything(request: AnswerRequest = REQUEST) -> list[ProviderEvent]:
    async with aclosing(gateway.ask(request)) as events:
        return [event async for event in events]


async def failure() -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await everything()
    return caught.value


async def test_active_provider_is_asked_and_named_first(scripted):
    scripted.script = [SourcesFound((Source(1, "t", "c"),)), TextDelta("Because."), AnswerEnded()]
    assert await everything() == [ProviderChosen("scripted"), *scripted.script]
    assert scripted.requests == [REQUEST]
    assert scripted.stopped == []


async def test_provider_is_chosen_for_each_question(providers, scripted):
    await everything()
    providers.have([])
    error = await failure()
    assert (error.reason, error.may_pass) == (ErrorReason.NOT_CONFIGURED, False)


async def test_provider_that_says_nothing_in_time(providers):
    scripted = ScriptedProvider([asyncio.Event()])
    providers.have([definition("slow", limits=Limits(first_token_timeout_s=0.01, max_attempts=1))], scripted)
    error = await failure()
    assert (error.reason, error.may_pass, scripted.stopped) == ("timeout", True, ["why"])


async def test_provider_that_stalls_between_words(providers):
    scripted = ScriptedProvider([TextDelta("Be"), asyncio.Event()])
    providers.have([definition("slow", limits=Limits(between_tokens_timeout_s=0.01))], scripted)
    assert (await failure()).reason == "timeout"


async def test_answer_that_takes_too_long_as_a_whole(scripted, settings):
    settings.ANSWER_TOTAL_TIMEOUT_S = 0.01
    scripted.script = [TextDelta("Be"), asyncio.Event()]
    assert (await failure()).reason == "timeout"


@pytest.mark.parametrize(("script", "reason"), [([AnswerEnded()], "empty"), ([TextDelta("Be")], "malformed")])
async def test_answer_without_words_or_without_an_end_is_a_failure(scripted, script, reason):
    scripted.script = script
    assert (await failure()).reason == reason


async def test_endless_answer_is_cut_off(scripted):
    scripted.script = [TextDelta("x" * 30_000)] * 10
    events = await everything()
    assert events[-1] == AnswerEnded("length")
    assert len(events) == 6
    assert scripted.stopped == ["why"]


async def test_leaving_early_stops_the_provider(scripted):
    scripted.script = [TextDelta("Be"), asyncio.Event()]
    async with aclosing(gateway.ask(REQUEST)) as events:
        assert [await anext(events), await anext(events)] == [ProviderChosen("scripted"), TextDelta("Be")]
    assert scripted.stopped == ["why"]
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_unknown_provider_is_a_configuration_error(settings):
    assert check_active_provider() == []
    settings.RAG_PROVIDER = "nobody"
    assert [error.id for error in check_active_provider()] == ["providers_app.E001"]
