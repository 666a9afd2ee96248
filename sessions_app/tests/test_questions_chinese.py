"""Chinese sentences as a recogniser writes them: which are questions, and which words they are."""

import pytest

from sessions_app.domain.questions import Detector, RuleDetector, load_detector
from sessions_app.tests.sentences.chinese import (
    BACKCHANNELS,
    QUESTIONS,
    REQUESTS,
    SMALL_TALK,
    STATEMENTS,
    TRADITIONAL,
    UNFINISHED,
)

DETECTORS = (load_detector(), RuleDetector())


@pytest.fixture(params=DETECTORS, ids=["model", "rules"])
def detector(request: pytest.FixtureRequest) -> Detector:
    judge: Detector = request.param
    return judge


def words(detector: Detector, text: str) -> str:
    verdict = detector.judge(text)
    return text[verdict.start : verdict.end]


@pytest.mark.parametrize("text", QUESTIONS + TRADITIONAL + REQUESTS)
def test_chinese_question_is_one(detector: Detector, text: str) -> None:
    verdict = detector.judge(text)
    assert verdict.is_question, verdict
    assert 0.5 <= verdict.confidence < 1


@pytest.mark.parametrize("text", STATEMENTS + BACKCHANNELS)
def test_chinese_statement_is_no_question(detector: Detector, text: str) -> None:
    verdict = detector.judge(text)
    assert not verdict.is_question, verdict
    assert verdict.confidence < 0.5


@pytest.mark.parametrize("text", SMALL_TALK)
def test_chinese_small_talk_is_told_from_what_wants_an_answer(detector: Detector, text: str) -> None:
    verdict = detector.judge(text)
    assert (verdict.kind, verdict.reason) == ("question", "small_talk")


@pytest.mark.parametrize("text", UNFINISHED)
def test_chinese_unfinished_question_waits(detector: Detector, text: str) -> None:
    verdict = detector.judge(text)
    assert verdict.is_unfinished or not verdict.is_question


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("嗯 那个 能不能退货啊", "能不能退货啊"),
        ("嗯，那个，能不能退货？", "能不能退货"),
        ("我昨天买的鞋子有点小所以能不能换一双", "能不能换一双"),
        ("好的我明白了那这个功能怎么打开呢", "这个功能怎么打开呢"),
        ("這個怎麼用", "這個怎麼用"),
        ("Ｒａｇ是什么", "Ｒａｇ是什么"),
        ("这个多少钱呢那运费呢", "这个多少钱呢那运费呢"),
        ("那么 Django Channels 怎么部署", "Django Channels 怎么部署"),
    ],
)
def test_chinese_question_keeps_its_own_words_alone(detector: Detector, text: str, question: str) -> None:
    assert words(detector, text) == question


def test_chinese_question_mark_makes_a_statement_a_question(detector: Detector) -> None:
    verdict = detector.judge("你们周日不营业？")
    assert verdict.is_question
    assert verdict.reason == "question_mark"
    assert words(detector, "你们周日不营业？") == "你们周日不营业"
