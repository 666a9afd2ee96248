"""The one door: who is asked, who is asked instead, and how it ends."""

import asyncio
from contextlib import aclosing

import pytest

from providers_app import gateway
from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    AnswerRestarted,
    Dialogue,
    ErrorReason,
    ProviderChosen,
    ProviderError,
    SourcesFound,
    TextDelta,
    Turn,
)
from providers_app.definition import Definition, Limits, MidwayFailure
from providers_app.gateway import incidents
from providers_app.tests.scripted import SOURCES, ScriptedProvider, Step, definition, said

REQUEST = AnswerRequest("why")
DOWN = ProviderError(ErrorReason.UNAVAILABLE, may_pass=True)
CUT = ProviderError(ErrorReason.INTERRUPTED, may_pass=True)
ANSWER: list[Step] = [TextDelta("Because."), AnswerEnded()]


def restarting(name: str, **changed):
    return definition(name, on_midway_failure=MidwayFailure.RESTART, **changed)


async def test_active_provider_is_asked_and_named_first(scripted):
    scripted.script = [SourcesFound(SOURCES), *ANSWER]
    assert await said() == ([ProviderChosen("scripted"), *scripted.script], None)
    assert scripted.requests == [REQUEST]
    assert scripted.stopped == []


async def test_provider_is_chosen_for_each_question(providers, scripted):
    await said()
    providers.have([])
    events, error = await said()
    assert (events, error.reason, error.may_pass) == ([], "not_configured", False)


@pytest.mark.parametrize(
    ("script", "limits"),
    [
        ([asyncio.Event()], Limits(first_token_timeout_s=0.01)),
        ([SourcesFound(()), asyncio.Event()], Limits(first_token_timeout_s=0.01)),
        ([TextDelta("Be"), asyncio.Event()], Limits(between_tokens_timeout_s=0.01)),
        ([TextDelta("Be"), SourcesFound(()), asyncio.Event()], Limits(between_tokens_timeout_s=0.01)),
        ([TextDelta("Be"), asyncio.Event()], Limits(total_timeout_s=0.01)),
    ],
)
async def test_provider_is_held_to_each_of_its_times(providers, script, limits):
    slow = ScriptedProvider(script)
    providers.have([definition("slow", limits=limits)], slow)
    events, error = await said()
    assert events == [ProviderChosen("slow"), *script[:-1]]
    assert (error.reason, error.may_pass, slow.stopped) == ("timeout", True, ["why"])
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_provider_that_does_not_let_go_is_left_behind(providers, monkeypatch):
    monkeypatch.setattr("providers_app.gateway.timing.LET_GO_S", 0.01)

    class Clinging(ScriptedProvider):
        async def answer(self, _request):
            try:
                await asyncio.Event().wait()
                yield TextDelta("")
            finally:
                await asyncio.Event().wait()

    limits = Limits(first_token_timeout_s=0.01, max_attempts=1)
    providers.have([definition("clinging", limits=limits), definition("second")], Clinging(), ScriptedProvider())
    assert await said() == ([ProviderChosen("clinging"), ProviderChosen("second"), *ANSWER], None)


@pytest.mark.parametrize(("script", "reason"), [([AnswerEnded()], "empty"), ([TextDelta("Be")], "malformed")])
async def test_answer_without_words_or_without_an_end_is_a_failure(scripted, script, reason):
    scripted.script = script
    assert (await said())[1].reason == reason


async def test_endless_answer_is_cut_off(scripted):
    scripted.script = [TextDelta("x" * 30_000)] * 10
    events, _ = await said()
    assert events[-1] == AnswerEnded("length")
    assert len(events) == 6
    assert scripted.stopped == ["why"]


async def test_leaving_early_stops_the_provider(scripted):
    scripted.script = [TextDelta("Be"), asyncio.Event()]
    async with aclosing(gateway.ask(REQUEST)) as events:
        assert [await anext(events), await anext(events)] == [ProviderChosen("scripted"), TextDelta("Be")]
    assert scripted.stopped == ["why"]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_being_cancelled_stops_the_provider(scripted, gate):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(said(), 0.01)
    assert scripted.stopped == ["why"]


async def test_complete_answer_becomes_a_turn_of_the_dialogue(scripted):
    dialogue = Dialogue(user="somebody")
    scripted.script = [TextDelta("Be"), TextDelta("cause."), AnswerEnded(memory="c-1")]
    await said(REQUEST, dialogue)
    assert list(dialogue.turns) == [Turn("why", "Because.")]
    assert dialogue.memories == {"scripted": "c-1"}
    await said(AnswerRequest("and how"), dialogue)
    asked = scripted.requests[1]
    assert (asked.user, asked.memory, asked.history) == ("somebody", "c-1", (Turn("why", "Because."),))


async def test_broken_off_answer_is_no_turn_of_the_dialogue(scripted):
    dialogue = Dialogue()
    scripted.script = [TextDelta("Be"), CUT]
    assert await said(REQUEST, dialogue) == ([ProviderChosen("scripted"), TextDelta("Be")], CUT)
    assert dialogue == Dialogue()


async def test_next_provider_answers_where_the_first_says_nothing(providers):
    providers.have([definition("first"), definition("second")], ScriptedProvider([DOWN]), ScriptedProvider())
    dialogue = Dialogue()
    assert await said(REQUEST, dialogue) == ([ProviderChosen("first"), ProviderChosen("second"), *ANSWER], None)
    assert list(dialogue.memories) == ["second"]


async def test_sources_of_a_provider_that_failed_are_taken_back(providers):
    failing = ScriptedProvider([SourcesFound(SOURCES), DOWN])
    providers.have([definition("first"), definition("second")], failing, ScriptedProvider())
    assert (await said())[0] == [
        ProviderChosen("first"),
        SourcesFound(SOURCES),
        ProviderChosen("second"),
        SourcesFound(()),
        *ANSWER,
    ]


async def test_pinned_provider_is_not_replaced(providers):
    providers.have([definition("first"), definition("second")], ScriptedProvider(), ScriptedProvider([DOWN]))
    assert await said(REQUEST, Dialogue(provider="second")) == ([ProviderChosen("second")], DOWN)


async def test_first_provider_s_error_is_told_where_nobody_answers(providers):
    rejected = ProviderError(ErrorReason.REJECTED, may_pass=False)
    providers.have([definition("first"), definition("second")], ScriptedProvider([rejected]), ScriptedProvider([DOWN]))
    assert await said() == ([ProviderChosen("first"), ProviderChosen("second")], rejected)


async def test_broken_off_answer_is_kept(providers):
    cut = ScriptedProvider([TextDelta("Be"), CUT])
    second = ScriptedProvider()
    providers.have([definition("first"), definition("second")], cut, second)
    assert await said() == ([ProviderChosen("first"), TextDelta("Be")], CUT)
    assert second.requests == []


async def test_broken_off_answer_begins_anew_with_the_next_provider(providers):
    cut = ScriptedProvider([SourcesFound(SOURCES), TextDelta("Be"), CUT])
    second = ScriptedProvider([SourcesFound(SOURCES[:1]), *ANSWER])
    providers.have([restarting("first"), definition("second")], cut, second)
    assert await said() == (
        [
            ProviderChosen("first"),
            *cut.script[:2],
            AnswerRestarted("interrupted"),
            ProviderChosen("second"),
            *second.script,
        ],
        None,
    )


async def test_broken_off_answer_is_kept_for_a_client_that_cannot_forget(providers):
    cut = ScriptedProvider([TextDelta("Be"), CUT])
    providers.have([restarting("first"), definition("second")], cut, ScriptedProvider())
    assert await said(AnswerRequest("why", may_restart=False)) == ([ProviderChosen("first"), TextDelta("Be")], CUT)


async def test_broken_off_answer_stays_where_nobody_has_a_first_word(providers):
    cut, down = ScriptedProvider([TextDelta("Be"), CUT]), ScriptedProvider([SourcesFound(SOURCES), DOWN])
    providers.have([restarting("first"), definition("second")], cut, down)
    assert await said() == ([ProviderChosen("first"), TextDelta("Be")], CUT)
    assert len(down.requests) == 1


async def test_answer_that_its_own_provider_took_back_may_come_from_the_next(providers):
    moderated = ScriptedProvider([TextDelta("Be"), AnswerRestarted("replaced"), DOWN])
    providers.have([definition("first"), definition("second")], moderated, ScriptedProvider())
    assert (await said())[0] == [
        ProviderChosen("first"),
        *moderated.script[:2],
        ProviderChosen("second"),
        *ANSWER,
    ]


async def test_question_ends_with_the_longest_total_of_its_candidates(providers):
    slow = [definition(name, limits=Limits(total_timeout_s=0.02, max_attempts=1)) for name in ("a", "b", "c")]
    scripts = [ScriptedProvider([asyncio.Event()]) for _ in slow]
    providers.have(slow, *scripts)
    events, error = await said()
    assert (events, error.reason) == ([ProviderChosen("a")], "timeout")
    assert [len(provider.requests) for provider in scripts] == [1, 0, 0]


async def test_failures_are_told_to_whoever_listens(providers, monkeypatch):
    told, blocked = [], ProviderError(ErrorReason.BLOCKED, may_pass=False)
    monkeypatch.setattr(incidents, "_listeners", [])

    def clumsy(_definition: Definition, _error: ProviderError) -> None:
        raise ZeroDivisionError

    incidents.on_failure(clumsy)
    incidents.on_failure(lambda definition, error: told.append((definition.name, error)))
    names = [definition("first"), definition("second"), definition("third")]
    providers.have(names, ScriptedProvider([DOWN]), ScriptedProvider([blocked]), ScriptedProvider())
    await said()
    assert told == [("first", DOWN)]
