from collections.abc import AsyncGenerator

import pytest

from providers_app.chat import Chunk, ReasoningFilter, answer_of, messages, usage
from providers_app.contract import AnswerEnded, AnswerRequest, ErrorReason, ProviderError, TextDelta, Turn


def without_reasoning(pieces: list[str], *, is_open: bool = False) -> str:
    reasoning = ReasoningFilter(is_open=is_open)
    return "".join(reasoning.text(piece) for piece in pieces) + reasoning.rest()


SAID = [
    ("Hello 世界", "Hello 世界"),
    ("  Hello", "  Hello"),
    ("<think>\nThey greet.\n</think>\n\nHello", "Hello"),
    ("\n<think>\n\n</think>\n\nHello", "Hello"),
    ("<think>one</think><think>two</think>Hello", "Hello"),
    ("<think>a < b </thin </think>Hello", "Hello"),
    ("<thought>They greet.</thought>Hello", "Hello"),
    ("[THINK]They greet.[/THINK]Hello", "Hello"),
    ("a < b and <b>bold</b>", "a < b and <b>bold</b>"),
    ("Models say <think>so</think> first.", "Models say <think>so</think> first."),
    ("<thinking> is no tag", "<thinking> is no tag"),
    ("<think>so</think>Models say <think>.", "Models say <think>."),
    ("</think> ends it", "</think> ends it"),
    ("<thi", "<thi"),
    ("<", "<"),
    (" \n ", ""),
    ("<think>never ended </think", ""),
]


@pytest.mark.parametrize(("said", "answer"), SAID)
def test_reasoning_stays_out_wherever_the_text_breaks(said: str, answer: str) -> None:
    breaks = [[said[:at], said[at:]] for at in range(len(said) + 1)]
    assert {without_reasoning(pieces) for pieces in [*breaks, list(said)]} == {answer}


def test_reasoning_that_the_template_opens_is_left_out_to_its_end() -> None:
    said = "They greet.\n</think>\n\nHello </think>"
    assert {without_reasoning(pieces, is_open=True) for pieces in ([said], list(said))} == {"Hello </think>"}


def test_an_answer_is_passed_on_as_soon_as_it_can_be_none_but_an_answer() -> None:
    reasoning = ReasoningFilter()
    assert [reasoning.text(piece) for piece in ("<", "thin", "gs", " <think>")] == ["", "", "<things", " <think>"]


def test_messages_hold_the_conversation_in_its_order() -> None:
    request = AnswerRequest("why", history=(Turn("who", "I"),), instructions="Be brief.", prompt="[1] Text\n\nwhy")
    assert messages(request) == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "who"},
        {"role": "assistant", "content": "I"},
        {"role": "user", "content": "[1] Text\n\nwhy"},
    ]
    assert messages(AnswerRequest("why")) == [{"role": "user", "content": "why"}]


def test_usage_takes_counts_alone_and_reckons_the_total() -> None:
    assert usage(3, 4) == {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    assert usage(3, 4, 9) == {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 9}
    assert usage("3", None, True) == {}
    assert usage(-1, 4) == {"completion_tokens": 4}


async def chunks(*given: Chunk) -> AsyncGenerator[Chunk]:
    for chunk in given:
        yield chunk


async def test_an_answer_ends_with_what_its_chunks_said_of_it() -> None:
    given = chunks(
        Chunk("Hel", model="m-1", message_id="c-1"),
        Chunk("lo", "length"),
        Chunk(finish_reason="stop", usage={"total_tokens": 3}),
    )
    assert [event async for event in answer_of(given, "m")] == [
        TextDelta("Hel"),
        TextDelta("lo"),
        AnswerEnded("length", "m-1", {"total_tokens": 3}, message_id="c-1"),
    ]


SILENT = [
    ((Chunk("Hello"),), ErrorReason.INTERRUPTED, True),
    ((Chunk("<think>a", "length"),), ErrorReason.EMPTY, False),
    ((Chunk(finish_reason="content_filter"),), ErrorReason.BLOCKED, False),
]


@pytest.mark.parametrize(("given", "reason", "may_pass"), SILENT)
async def test_an_answer_that_does_not_come_is_an_error(
    given: tuple[Chunk, ...], reason: ErrorReason, may_pass: bool
) -> None:
    with pytest.raises(ProviderError) as caught:
        [event async for event in answer_of(chunks(*given), "m")]
    assert (caught.value.reason, caught.value.may_pass) == (reason, may_pass)


async def test_a_vendors_name_for_a_model_is_cut_to_what_is_stored() -> None:
    events = [event async for event in answer_of(chunks(Chunk("a", "stop", "m" * 500, "i" * 500)), "m")]
    assert events[-1] == AnswerEnded("stop", "m" * 128, {}, message_id="i" * 128)
