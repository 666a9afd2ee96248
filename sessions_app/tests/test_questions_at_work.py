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
from sessions_app.tests.talking import hear, talk
from sessions_app.tests.test_listening import questions

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


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("when ", "does the office open"),
        ("how much ", "does the premium plan cost"),
        ("who ", "is taking the minutes"),
        ("how many ", "documents can i upload"),
        ("where can i find ", "the travel policy"),
        ("does the knowledge base ", "support pdf files"),
        ("what happens ", "if i delete a document"),
        ("机器学习跟深度学习", "有什么不一样"),
        ("怎么把文档", "上传到知识库"),
        ("怎么申请", "年假"),
        ("知识库支持哪些", "文件格式"),
        ("为什么", "服务器今天早上又重启了"),
        ("这个方案的成本", "是多少"),
        ("机器学习和深度", "学习有什么区别"),
    ],
)
def test_question_cut_in_two_is_asked_whole(first: str, second: str) -> None:
    conversation = talk(DETECTOR)
    asked = questions([*hear(conversation, first), *hear(conversation, second, at=0.7)])
    assert asked[-1].text == first + second
    assert [bool(question.replaces) for question in asked] == [False, True][: len(asked)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("who wrote hamlet ", "we are done here"),
        ("what is machine learning ", "i always wanted to know that"),
        ("why ", "because it is late"),
        ("什么时候开会", "我明天再问你"),
        ("临时结果和最终结果有什么区别", "明白了灰色的还会变"),
    ],
)
def test_what_is_said_after_a_question_is_no_part_of_it(first: str, second: str) -> None:
    conversation = talk(DETECTOR)
    asked = questions([*hear(conversation, first), *hear(conversation, second, at=0.7)])
    assert [question.text for question in asked] == [first.strip()]


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
