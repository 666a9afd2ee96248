"""When a provider is asked once more, and after which pause."""

from time import perf_counter

import pytest

from providers_app.contract import AnswerEnded, ErrorReason, ProviderChosen, ProviderError, SourcesFound, TextDelta
from providers_app.definition import Limits
from providers_app.gateway import retrying
from providers_app.tests.scripted import SOURCES, ScriptedProvider, Step, definition, said

ANSWER: list[Step] = [TextDelta("Because."), AnswerEnded()]


THREE = Limits(max_attempts=3)


def limited(retry_after_s: float | None = None) -> ProviderError:
    return ProviderError(ErrorReason.RATE_LIMITED, may_pass=True, retry_after_s=retry_after_s)


def having(providers, *first: list[Step], limits: Limits = THREE) -> ScriptedProvider:
    provider = ScriptedProvider(first=list(first))
    providers.have([definition("only", limits=limits)], provider)
    return provider


async def test_error_that_may_pass_is_met_with_another_attempt(providers, pauses):
    having(providers, [limited()], [limited()])
    assert await said() == ([ProviderChosen("only"), *ANSWER], None)
    assert len(pauses) == 2
    assert 0.2 <= pauses[0] <= 0.4 <= pauses[1] <= 0.6


async def test_pauses_are_not_all_alike(providers, pauses):
    provider = having(providers)
    for _ in range(5):
        provider.first = [[limited()]]
        await said()
    assert len(set(pauses)) == 5


async def test_pause_that_the_vendor_asks_for_is_kept(providers, pauses):
    having(providers, [limited(1.5)])
    assert (await said())[1] is None
    assert pauses == [1.5]


async def test_long_pause_is_not_waited_for(providers, pauses):
    busy, other = ScriptedProvider([limited(60)]), ScriptedProvider()
    providers.have([definition("busy", limits=Limits(max_attempts=3)), definition("other")], busy, other)
    assert (await said())[0] == [ProviderChosen("busy"), ProviderChosen("other"), *ANSWER]
    assert (len(busy.requests), pauses) == (1, [])


async def test_attempts_are_bounded(providers, pauses):
    error = limited()
    provider = having(providers)
    provider.script = [error]
    assert await said() == ([ProviderChosen("only")], error)
    assert len(provider.requests) == 3


async def test_attempts_end_with_the_time_for_the_first_word(providers, pauses):
    provider = having(providers, limits=Limits(max_attempts=9, first_token_timeout_s=0.1))
    provider.script = [limited()]
    await said()
    assert (len(provider.requests), pauses) == (1, [])


@pytest.mark.parametrize(
    "script",
    [
        [ProviderError(ErrorReason.UNAUTHORIZED, may_pass=False)],
        [TextDelta("Be"), ProviderError(ErrorReason.INTERRUPTED, may_pass=True)],
    ],
)
async def test_lasting_error_and_begun_answer_are_not_tried_again(providers, pauses, script):
    provider = having(providers, script)
    assert (await said())[1] is script[-1]
    assert (len(provider.requests), pauses) == (1, [])


async def test_sources_found_before_a_failure_do_not_end_the_attempts(providers, pauses):
    having(providers, [SourcesFound(SOURCES), limited()], [SourcesFound(SOURCES), *ANSWER])
    assert await said() == (
        [ProviderChosen("only"), SourcesFound(SOURCES), SourcesFound(SOURCES), *ANSWER],
        None,
    )


async def test_pauses_take_their_time(providers, monkeypatch):
    monkeypatch.setattr(retrying, "_backoff", lambda _state: 0.0)
    having(providers, [limited(0.01)])
    started_at = perf_counter()
    assert (await said())[1] is None
    assert perf_counter() - started_at >= 0.01
