"""English sentences as a recogniser writes them: which are questions, and which words they are."""

import pytest

from sessions_app.domain.questions import Detector, Judging, RuleDetector, Sensitivity, load_detector
from sessions_app.tests.sentences.english import BACKCHANNELS, QUESTIONS, REQUESTS, SMALL_TALK, STATEMENTS, UNFINISHED

DETECTORS = (load_detector(), RuleDetector())


@pytest.fixture(params=DETECTORS, ids=["model", "rules"])
def detector(request: pytest.FixtureRequest) -> Detector:
    judge: Detector = request.param
    return judge


def words(detector: Detector, text: str) -> str:
    verdict = detector.judge(text)
    return text[verdict.start : verdict.end]


@pytest.mark.parametrize("text", QUESTIONS + REQUESTS)
def test_english_question_is_one(detector: Detector, text: str) -> None:
    verdict = detector.judge(text)
    assert verdict.is_question, verdict
    assert 0.5 <= verdict.confidence < 1


@pytest.mark.parametrize("text", REQUESTS)
def test_english_request_needs_no_question_mark(detector: Detector, text: str) -> None:
    assert detector.judge(f"{text}.").is_question


@pytest.mark.parametrize("text", STATEMENTS + BACKCHANNELS)
def test_english_statement_is_no_question(detector: Detector, text: str) -> None:
    verdict = detector.judge(text)
    assert not verdict.is_question, verdict
    assert verdict.confidence < 0.5


@pytest.mark.parametrize("text", BACKCHANNELS)
def test_english_backchannel_says_so(detector: Detector, text: str) -> None:
    assert detector.judge(text).reason in {"backchannel", "no_cue"}


@pytest.mark.parametrize("text", SMALL_TALK)
def test_english_small_talk_is_told_from_what_wants_an_answer(detector: Detector, text: str) -> None:
    verdict = detector.judge(text)
    assert (verdict.kind, verdict.reason) == ("question", "small_talk")


@pytest.mark.parametrize("text", UNFINISHED)
def test_english_unfinished_question_waits(detector: Detector, text: str) -> None:
    verdict = detector.judge(text)
    assert verdict.is_unfinished


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
def test_english_question_keeps_its_own_words_alone(detector: Detector, text: str, question: str) -> None:
    assert words(detector, text) == question


def test_english_full_stop_makes_a_question_less_likely(detector: Detector) -> None:
    bare = detector.judge("is there a limit").confidence
    assert detector.judge("is there a limit.").confidence < bare
    assert detector.judge("is there a limit?").confidence > bare


def test_english_question_mark_makes_a_statement_a_question(detector: Detector) -> None:
    verdict = detector.judge("You close on Sundays?")
    assert verdict.is_question
    assert verdict.reason == "question_mark"
    assert words(detector, "You close on Sundays?") == "You close on Sundays"


def test_english_musing_is_borderline(detector: Detector) -> None:
    verdict = detector.judge("i wonder why they left")
    assert 0.3 < verdict.confidence < 0.6
    assert verdict.reason == "en_i_wonder"
    assert not detector.judge("i wonder why they left", Judging(Sensitivity.PRECISE)).is_question
