import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    AnswerRestarted,
    ErrorReason,
    ProviderError,
    SourcesFound,
    TextDelta,
)
from providers_app.grounding.citations import CitationMarks, cited
from providers_app.tests.scripted import SOURCES, ScriptedProvider

SAID = ProviderError(ErrorReason.INTERRUPTED, may_pass=True)


def rewritten(*pieces: str, sources: int = 3) -> str:
    marks = CitationMarks(sources)
    return "".join([*(marks.feed(piece) for piece in pieces), marks.rest()])


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It is so [1].", "It is so [1]."),
        ("It is so[1][2].", "It is so[1][2]."),
        ("It is so [1, 2].", "It is so [1][2]."),
        ("It is so [1,2;3].", "It is so [1][2][3]."),
        ("It is so [1-3].", "It is so [1][2][3]."),
        ("It is so [1–2].", "It is so [1][2]."),
        ("It is so [2, 2].", "It is so [2]."),
        ("It is so [^1].", "It is so [1]."),
        ("It is so [Source 1].", "It is so [1]."),
        ("It is so [source: 1, source 3].", "It is so [1][3]."),
        ("It is so [Passages 1 & 2].", "It is so [1][2]."),
        ("It is so [doc #2].", "It is so [2]."),
        ("是这样【1】。", "是这样[1]。"),
        ("是这样［１］。", "是这样[1]。"),
        ("是这样【1、2】。", "是这样[1][2]。"),
        ("是这样【来源1，来源2】。", "是这样[1][2]。"),
        ("是这样【3†notes.md】。", "是这样[3]。"),
        ("Nobody knows [4].", "Nobody knows."),
        ("Somebody knows [4, 2].", "Somebody knows [2]."),
        ("[9]", ""),
        ("In [2024] and [0].", "In [2024] and [0]."),
        ("Digits are [0-9], [a] and [see 1].", "Digits are [0-9], [a] and [see 1]."),
        ("Read `list[7]` and `a` [7].", "Read `list[7]` and `a`."),
        ("```\nx[8] = [1, 2]\n```\nSo [1, 2].", "```\nx[8] = [1, 2]\n```\nSo [1][2]."),
        ("An open bracket [1", "An open bracket [1"),
        ("[[1]] and [1](url)", "[[1]] and [1](url)"),
        ("ends with blanks  ", "ends with blanks  "),
    ],
)
def test_marks_come_out_as_plain_ones_of_sources_that_there_are(said, shown):
    assert rewritten(said) == shown
    assert rewritten(*said) == shown


LIKELY = st.sampled_from(
    [
        *"[]【】［］^`†,、-–& 123４９0x\n",
        "[1]",
        " [",
        "source",
        "Sources",
        "来源",
        "sou",
        "passage ",
        "[^",
        "【2†",
        "text",
    ]
)


@given(st.lists(LIKELY, max_size=30).map("".join) | st.text(max_size=60), st.data())
def test_text_is_the_same_in_whatever_pieces_it_comes(text, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert rewritten(*pieces) == rewritten(text)


def test_note_ends_with_whatever_bracket_closes_it():
    text = "[passage 【2†］]"
    assert {rewritten(text[:cut], text[cut:]) for cut in range(len(text))} == {"[passage [2]]"}


@given(st.text(st.characters(exclude_characters="[【［〔"), max_size=60))
def test_text_without_brackets_stays_as_it_is(text):
    assert rewritten(text) == text


def test_only_what_may_become_a_mark_is_held_back():
    marks = CitationMarks(1)
    assert [marks.feed(piece) for piece in ("So ", "[see", " [so", "u", "p", "] ", "x", "[Source 1", "]")] == [
        *("So", " [see", "", "", " [soup", "]", " x", "", "[1]")
    ]


async def events_of(*script, sources: int = 3) -> list[object]:
    seen: list[object] = []
    try:
        async for event in cited(ScriptedProvider([*script]).answer(AnswerRequest("why")), sources):
            seen.append(event)  # noqa: PERF401 - what came before the failure counts
    except ProviderError as error:
        seen.append(error)
    return seen


async def test_events_pass_between_the_rewritten_pieces():
    found = SourcesFound(SOURCES)
    assert await events_of(found, TextDelta("So ["), TextDelta("1, 2"), TextDelta("]."), AnswerEnded()) == [
        *(found, TextDelta("So"), TextDelta(" [1][2]."), AnswerEnded())
    ]


async def test_text_held_back_is_said_before_the_end_or_the_failure():
    assert await events_of(TextDelta("So [1"), AnswerEnded()) == [TextDelta("So"), TextDelta(" [1"), AnswerEnded()]
    assert await events_of(TextDelta("So [1"), SAID) == [TextDelta("So"), TextDelta(" [1"), SAID]


async def test_text_held_back_is_forgotten_when_the_answer_begins_anew():
    restarted = AnswerRestarted("replaced")
    assert await events_of(TextDelta("`So ["), restarted, TextDelta("No [1]."), AnswerEnded()) == [
        *(TextDelta("`So ["), restarted, TextDelta("No [1]."), AnswerEnded())
    ]
