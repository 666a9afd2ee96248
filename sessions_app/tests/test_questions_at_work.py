"""The detector with the weights of the package, in speech of another kind than they were learnt from."""

import pytest

from sessions_app.domain.questions import Judging, QuestionClass, load_detector
from sessions_app.domain.questions.normalise import sentences
from sessions_app.tests.sentences.work import (
    CHINESE_QUESTIONS,
    CHINESE_STATEMENTS,
    ENGLISH_QUESTIONS,
    ENGLISH_STATEMENTS,
)

DETECTOR = load_detector()
CHINESE_WHOLE = (
    "机器学习需要多少数据",
    "能用支付宝付款吗",
    "合同到期了怎么续签",
    "换了新手机双重验证怎么设置",
)
ENGLISH_WHOLE = (
    "where can i find the slides",
    "who approves my expense report",
    "how many vacation days can we carry over into next year",
    "why did we drop support for windows seven",
    "how often do you back up the database",
)


@pytest.mark.parametrize("text", CHINESE_QUESTIONS + ENGLISH_QUESTIONS)
def test_question_at_work_is_one(text: str) -> None:
    verdict = DETECTOR.judge(text)
    assert verdict.is_question, verdict


@pytest.mark.parametrize("text", CHINESE_STATEMENTS + ENGLISH_STATEMENTS)
def test_statement_at_work_is_no_question(text: str) -> None:
    verdict = DETECTOR.judge(text)
    assert not verdict.is_question, verdict


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("can you tell me about the refund policy", QuestionClass.REQUEST),
        ("could you explain how billing works", QuestionClass.REQUEST),
        ("can you tell me what is deep learning", QuestionClass.QUESTION),
        ("把服务器的地址告诉我", QuestionClass.REQUEST),
        ("can you export it as a spreadsheet", QuestionClass.QUESTION),
        ("can you list the plans and is it free", QuestionClass.QUESTION),
    ],
)
def test_polite_request_is_a_request(text: str, kind: QuestionClass) -> None:
    assert DETECTOR.judge(text).kind is kind
    assert DETECTOR.judge(text, Judging(requests=False)).is_question == (kind is QuestionClass.QUESTION)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("it went fine what is machine learning", "what is machine learning"),
        ("that is huge how much did that cost", "how much did that cost"),
        ("the light is blinking and how do i reset it", "how do i reset it"),
        ("you know when should we use it", "you know when should we use it"),
        ("w what is machine learning", "what is machine learning"),
        ("我们系统上线以后用了很多年什么是向量数据库", "什么是向量数据库"),
        *[(whole, whole) for whole in CHINESE_WHOLE],
        *[(whole, whole) for whole in ENGLISH_WHOLE],
        ("这部片子是去年上映的你知道导演是谁吗", "你知道导演是谁吗"),
    ],
)
def test_question_right_behind_a_statement_has_its_own_words(text: str, question: str) -> None:
    verdict = DETECTOR.judge(text)
    assert text[verdict.start : verdict.end] == question, verdict


@pytest.mark.parametrize("finals", [("机器学习跟深度学习", "有什么不一样"), ("怎么把文档", "上传到知识库")])
def test_question_cut_in_two_is_heard_whole(finals: tuple[str, str]) -> None:
    text = "".join(finals)
    verdict = DETECTOR.judge(text, heard=len(finals[0]))
    assert text[verdict.start : verdict.end] == text, verdict


@pytest.mark.parametrize("text", ["我想问一下数据存在国内还是国外", "你说的这些我都知道那到底怎么收费"])
def test_question_that_something_is_told_before_is_one(text: str) -> None:
    assert DETECTOR.judge(text).is_question


@pytest.mark.parametrize("text", ["他没说什么时候来", "what we need is more time"])
def test_statement_says_which_words_come_nearest_to_a_question(text: str) -> None:
    verdict = DETECTOR.judge(text)
    assert (verdict.is_question, text[verdict.start : verdict.end]) == (False, text)


@pytest.mark.parametrize("finals", [("we are done", ","), ("ok", "，"), ("我们开始", "，😀"), ("", ",")])
def test_comma_alone_is_no_word(finals: tuple[str, str]) -> None:
    assert not DETECTOR.judge("".join(finals), heard=len(finals[0])).is_question


@pytest.mark.parametrize("text", ["is plan b budget", "we drive c capacity"])
def test_letter_that_is_a_name_stays(text: str) -> None:
    assert [token.word for sentence in sentences(text) for token in sentence.tokens] == text.split()
