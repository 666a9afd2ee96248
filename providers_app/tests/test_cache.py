"""Which answers serve again, for whom, and for how long."""

from dataclasses import replace
from typing import ClassVar

import pytest

from knowledge_app.tests.indexes import add_document, passage
from providers_app import registry
from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    Dialogue,
    ErrorReason,
    Noticed,
    Origin,
    ProviderChosen,
    ProviderError,
    SourcesFound,
    TextDelta,
    Turn,
)
from providers_app.definition import Limits, Snapshot
from providers_app.gateway import cache
from providers_app.gateway.cache import MAX_ANSWER_BYTES, normalised
from providers_app.options import Options, Traits
from providers_app.store import store
from providers_app.tests.scripted import SOURCES, ScriptedProvider, Step, definition, said

MINUTE = Limits(max_attempts=1, cache_s=60)
USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
SCRIPT: list[Step] = [
    SourcesFound(SOURCES),
    TextDelta("Be"),
    TextDelta("cause."),
    AnswerEnded("stop", "m-1", USAGE, "c-1", "a-1"),
]
KEPT = [
    ProviderChosen("kept", is_cached=True),
    SourcesFound(SOURCES),
    TextDelta("Because."),
    AnswerEnded("stop", "m-1"),
]


class Remembering(ScriptedProvider):
    traits: ClassVar = Traits("Remembering", remembers=True)


class Retrieving(Options, frozen=True, kw_only=True):
    retriever: str = "none"


class Heedful(ScriptedProvider):
    traits: ClassVar = Traits("Heedful", uses_context=True)


@pytest.fixture
def kept(providers, clock) -> ScriptedProvider:
    """A provider whose answers are kept for a minute."""
    provider = ScriptedProvider(SCRIPT)
    providers.have([definition("kept", limits=MINUTE)], provider)
    return provider


async def is_kept(request: AnswerRequest | None = None, dialogue: Dialogue | None = None) -> bool:
    """Whether the question is answered from what was kept."""
    events, _ = await said(request, dialogue)
    return events[0] == ProviderChosen("kept", is_cached=True)


async def test_same_question_gets_the_same_answer_at_once(kept):
    assert await said() == ([ProviderChosen("kept"), *SCRIPT], None)
    assert await said() == (KEPT, None)
    assert len(kept.requests) == 1


async def test_answer_is_kept_for_as_long_as_the_operator_says(kept, clock):
    await said()
    clock.now = 59
    assert await is_kept()
    clock.now = 61
    assert not await is_kept()


async def test_kept_answer_is_a_turn_of_the_conversation_it_begins(kept):
    await said()
    dialogue = Dialogue()
    assert await is_kept(dialogue=dialogue)
    assert (list(dialogue.turns), dialogue.memories) == ([Turn("why", "Because.")], {"kept": ""})
    assert not await is_kept(dialogue=dialogue)


@pytest.mark.parametrize(
    ("question", "same"),
    [("What  is\tRAG", "what is rag?"), ("什么是ＲＡＧ？", "什么是rag"), ("Why…", "why"), ("Straße", "STRASSE.")],
)
def test_form_makes_no_other_question(question, same):
    assert normalised(question) == normalised(same)


@pytest.mark.parametrize(("question", "other"), [("What is C#", "What is C"), (".NET?", "net"), ("a b", "ab")])
def test_substance_makes_another_question(question, other):
    assert normalised(question) != normalised(other)


@pytest.mark.parametrize(
    "changed",
    [{"question": "how"}, {"language": "zh"}, {"origin": Origin.TEST}, {"search": True}, {"search": False}],
)
async def test_other_question_is_asked(kept, changed):
    await said()
    assert not await is_kept(replace(AnswerRequest("why"), **changed))


async def test_what_was_heard_before_matters_only_where_it_is_used(providers, kept, monkeypatch):
    heard = AnswerRequest("why is the sky blue", context=("It rains.",))
    await said(heard)
    assert await is_kept(replace(heard, context=("It snows.",)))
    leaning = replace(heard, question="what is it")
    await said(leaning)
    assert not await is_kept(leaning)
    monkeypatch.setitem(registry.KINDS, "heedful", f"{__name__}:Heedful")
    providers.have([definition("kept", "heedful", limits=MINUTE, version=1)], Heedful(SCRIPT))
    await said(heard)
    assert not await is_kept(heard)
    await said()
    assert await is_kept()


async def test_vendor_that_remembers_hears_the_first_question_of_a_conversation(providers, kept, monkeypatch):
    monkeypatch.setitem(registry.KINDS, "remembering", f"{__name__}:Remembering")
    providers.have([definition("kept", "remembering", limits=MINUTE)], Remembering(SCRIPT))
    await said()
    assert await is_kept()
    assert not await is_kept(dialogue=Dialogue())


async def test_change_of_provider_or_prompts_makes_answers_old(providers, kept):
    await said()
    found = definition("kept", limits=MINUTE, version=1)
    providers.have([found], kept)
    assert not await is_kept()
    assert await is_kept()
    providers.snapshot = Snapshot(providers.snapshot.revision + 1, (found,))
    assert not await is_kept()


@pytest.mark.parametrize("retriever", ["knowledge", "none"])
async def test_change_of_the_knowledge_base_makes_answers_from_it_old(providers, kept, data_dir, retriever):
    providers.have([definition("kept", limits=MINUTE, options=Retrieving(retriever=retriever))], kept)
    await said()
    assert await is_kept()
    add_document("Rain", passage("It rains because clouds are heavy."))
    assert await is_kept() is (retriever == "none")


@pytest.mark.parametrize(
    "script",
    [
        [TextDelta("Be"), AnswerEnded("length")],
        [TextDelta("I do not know."), AnswerEnded("not_found")],
        [TextDelta("Be"), ProviderError(ErrorReason.INTERRUPTED, may_pass=True)],
        [TextDelta("x" * MAX_ANSWER_BYTES), AnswerEnded()],
    ],
)
async def test_incomplete_and_huge_answers_are_not_kept(kept, script):
    kept.script = script
    await said()
    assert not await is_kept()


async def test_nothing_is_kept_unless_the_operator_says_so(providers, clock):
    providers.have([definition("kept")], ScriptedProvider(SCRIPT))
    await said()
    assert not await is_kept()


async def test_number_of_answers_is_bounded_and_none_serves_for_another_question(kept, monkeypatch):
    monkeypatch.setattr(cache, "MAX_ANSWERS", 1)
    await said()
    assert not await is_kept(AnswerRequest("how"))
    assert await is_kept(AnswerRequest("how"))
    assert not await is_kept()


async def test_answer_of_another_release_is_not_read(kept, monkeypatch):
    monkeypatch.setattr(cache, "MAX_ANSWERS", 1)
    await store.put("answer:0", b"\x93\x01\x02", 60)
    assert not await is_kept()
    assert await is_kept()


async def test_question_in_a_conversation_is_asked(kept):
    await said()
    assert not await is_kept(dialogue=Dialogue(memories={"kept": "c-1"}))


async def test_answer_that_came_about_without_its_passages_is_not_kept(kept):
    kept.script = [Noticed("The search failed."), *SCRIPT]
    await said()
    kept.script = SCRIPT
    assert not await is_kept()
    assert await is_kept()
