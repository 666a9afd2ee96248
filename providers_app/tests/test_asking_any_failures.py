"""Whatever fails, and how often: what a client is told is always one well-formed answer."""

from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers_app.contract import (
    AnswerEnded,
    AnswerRestarted,
    ErrorReason,
    ProviderChosen,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)
from providers_app.definition import Limits, MidwayFailure
from providers_app.tests.scripted import ScriptedProvider, Step, definition, said

DOWN = ProviderError(ErrorReason.UNAVAILABLE, may_pass=True)
CUT = ProviderError(ErrorReason.INTERRUPTED, may_pass=True)
NAMES = ("a", "b", "c")
_versions = count(1)
_failures = st.sampled_from([DOWN, CUT, ProviderError(ErrorReason.TOO_LONG, may_pass=False)])


@st.composite
def scripts(draw, name: str) -> list[Step]:
    found = [SourcesFound((Source(1, name, name),))] if draw(st.booleans()) else []
    words = [TextDelta(f"{name}{number}") for number in range(draw(st.integers(0, 3)))]
    return [*found, *words, draw(st.one_of(_failures, st.just(AnswerEnded())))]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    played=st.tuples(*(st.lists(scripts(name), min_size=1, max_size=3) for name in NAMES)),
    midway=st.tuples(*(st.sampled_from(MidwayFailure) for _ in NAMES)),
    attempts=st.integers(1, 3),
)
async def test_any_failures_leave_one_answer_after_each_restart(providers, pauses, played, midway, attempts):
    """The text of a segment is that of the provider named in it, begins once, and only the last one ends."""
    limits, version = Limits(max_attempts=attempts), next(_versions)
    definitions = [
        definition(name, limits=limits, on_midway_failure=policy, version=version)
        for name, policy in zip(NAMES, midway, strict=True)
    ]
    providers.have(definitions, *(ScriptedProvider(first=list(first), script=first[-1]) for first in played))
    events, error = await said()
    ends = [event for event in events if isinstance(event, AnswerEnded)]
    assert ends == ([] if error else [events[-1]])
    for segment in segments(events):
        spoken = [event for event in segment if isinstance(event, TextDelta)]
        chosen = [event.provider for event in segment if isinstance(event, ProviderChosen)]
        assert isinstance(segment[0], ProviderChosen)
        assert len(chosen) == len(set(chosen))
        if not spoken:
            continue
        assert ProviderChosen not in map(type, segment[segment.index(spoken[0]) :])
        assert [delta.text for delta in spoken] == [f"{chosen[-1]}{number}" for number in range(len(spoken))]
        found = [event.sources for event in segment if isinstance(event, SourcesFound)]
        assert not found or not found[-1] or found[-1][0].title == chosen[-1]


def segments(events: list[ProviderEvent]) -> list[list[ProviderEvent]]:
    """The events between restarts."""
    parts: list[list[ProviderEvent]] = [[]]
    for event in events:
        if isinstance(event, AnswerRestarted):
            parts.append([])
        else:
            parts[-1].append(event)
    return [part for part in parts if part]
