"""English sentences as a recogniser writes them: which are questions, and which words they are."""

import pytest

from sessions_app.domain.questions import Context, RuleDetector
from sessions_app.tests.sentences.english import BACKCHANNELS, QUESTIONS, REQUESTS, SMALL_TALK, STATEMENTS, UNFINISHED


@pytest.mark.parametrize("text", QUESTIONS + REQUESTS)
def test_english_question_is_one(text: str) -> None:
    verdict = RuleDetector().judge(text, Context())
    assert verdict.is_question, verdict
    assert verdict.reason.startswith("en_")
    assert 0.5 <= verdict.confidence < 1


@pytest.mark.parametrize("text", REQUESTS)
def test_english_request_needs_no_question_mark(text: str) -> None:
    assert RuleDetector().judge(f"{text}.", Context()).is_question


@pytest.mark.parametrize("text", STATEMENTS + BACKCHANNELS)
def test_english_statement_is_no_question(text: str) -> None:
    verdict = RuleDetector().judge(text, Context())
    assert not verdict.is_question, verdict
    assert verdict.confidence < 0.5
    assert verdict.question == ""


@pytest.mark.parametrize("text", BACKCHANNELS)
def test_english_backchannel_says_so(text: str) -> None:
    assert RuleDetector().judge(text, Context()).reason in {"backchannel", "no_cue"}


@pytest.mark.parametrize("text", SMALL_TALK)
def test_english_small_talk_is_not_worth_answering(text: str) -> None:
    verdict = RuleDetector().judge(text, Context())
    assert not verdict.is_question
    assert verdict.reason == "small_talk"


@pytest.mark.parametrize("text", UNFINISHED)
def test_english_unfinished_question_waits(text: str) -> None:
    verdict = RuleDetector().judge(text, Context())
    assert not verdict.is_question
    assert verdict.reason == "unfinished"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("ok so um how do i reset it", "how do i reset it"),
        ("Okay, so, um, how do I reset it?", "how do I reset it"),
        ("the light is blinking and how do i um reset it you know", "how do i um reset it"),
        ("yes i watch a little what about you", "what about you"),
        ("can you can you tell me the price", "can you tell me the price"),
        ("What is RAG? And how does it work?", "What is RAG? And how does it work"),
        ("What is RAG? I heard it yesterday. Is it new?", "Is it new"),
        ("we moved the server yesterday so where is it now thanks", "where is it now"),
    ],
)
def test_english_question_keeps_its_own_words_alone(text: str, question: str) -> None:
    assert RuleDetector().judge(text, Context()).question == question


def test_english_full_stop_makes_a_question_less_likely() -> None:
    detector = RuleDetector()
    bare = detector.judge("is there a limit", Context()).confidence
    assert detector.judge("is there a limit.", Context()).confidence < bare
    assert detector.judge("is there a limit?", Context()).confidence > bare


def test_english_question_mark_makes_a_statement_a_question() -> None:
    verdict = RuleDetector().judge("You close on Sundays?", Context())
    assert verdict.is_question
    assert verdict.reason == "question_mark"
    assert verdict.question == "You close on Sundays"


def test_english_musing_is_borderline() -> None:
    verdict = RuleDetector().judge("i wonder why they left", Context())
    assert not verdict.is_question
    assert 0 < verdict.confidence < 0.5
    assert verdict.reason == "en_i_wonder"
