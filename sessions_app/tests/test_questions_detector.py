"""What holds for every text: utterances cut in two, original words, bounds, and which language a text is in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.domain.questions import Context, RuleDetector, language_of
from sessions_app.domain.questions.detector import MAX_JUDGED_CHARACTERS, THRESHOLD
from sessions_app.domain.questions.normalise import sentences

FRAGMENTS = st.sampled_from(
    [
        *("ok so um ", "how do i ", "reset it", "can you ", "tell me ", "about the ", "the the ", "right", "RAG"),
        *("请问", "这个", "怎么用", "是什么", "能不能", "退货啊", "嗯 ", "麼", "对吧"),
        *("?", "？", "。", ", ", " ", "ＦＵＬＬ", "İ", "ﬁ", "\ud800", "\x00"),
    ]
)
DIFFERENCE = "what's the difference between machine learning and deep learning"
SPEECH = st.one_of(st.text(), st.lists(FRAGMENTS, max_size=30).map("".join))


@pytest.mark.parametrize(
    ("recent", "text", "question"),
    [
        (("can you tell me",), "how to reset the router", "can you tell me how to reset the router"),
        (("请问这个",), "怎么用", "请问这个怎么用"),
        (
            ("the difference", "what is the difference between"),
            "rag and search",
            "what is the difference between rag and search",
        ),
        (("what's the difference between", "machine learning and"), "deep learning", DIFFERENCE),
        (("what's the difference between", "machine learning"), "and deep learning", DIFFERENCE),
        (("What is the.",), "price of the basic plan", "What is the price of the basic plan"),
        (("什么是",), "机器学习", "什么是机器学习"),
        (("请介绍一下",), "你们的产品", "请介绍一下你们的产品"),
        (("机器学习",), "和深度学习有什么区别", "机器学习和深度学习有什么区别"),
        (("we met on monday", "is there a limit on"), "file size", "is there a limit on file size"),
        (("请问",), "RAG 是什么", "请问 RAG 是什么"),
    ],
)
def test_question_cut_in_two_is_judged_whole(recent: tuple[str, ...], text: str, question: str) -> None:
    verdict = RuleDetector().judge(text, Context(recent))
    assert verdict.is_question
    assert verdict.question == question


@pytest.mark.parametrize(
    ("recent", "text"),
    [
        (("this is fine",), "we can go on"),
        (("他几乎没有时间",), "我们下次再说"),
        (("and then i went to the",), "shop on the corner"),
        (("i wonder why",), "that is all"),
        (("right",), "okay"),
        ((), "and deep learning"),
    ],
)
def test_statement_after_a_statement_is_no_question(recent: tuple[str, ...], text: str) -> None:
    assert not RuleDetector().judge(text, Context(recent)).is_question


@pytest.mark.parametrize(
    ("recent", "text"),
    [
        (("and then i went to the",), "what is rag"),
        (("we talked about the weather",), "what is rag"),
        (("this is fine",) * 200, "what is rag"),
    ],
)
def test_question_after_something_unrelated_stands_alone(recent: tuple[str, ...], text: str) -> None:
    assert RuleDetector().judge(text, Context(recent)).question == text


def test_unfinished_question_stays_unfinished_until_its_end_is_heard() -> None:
    detector = RuleDetector()
    first, second, third = "what is the", "difference between a process and", "a thread"
    assert detector.judge(first, Context()).reason == "unfinished"
    assert detector.judge(second, Context((first,))).reason == "unfinished"
    assert detector.judge(third, Context((first, second))).question == f"{first} {second} {third}"


@pytest.mark.parametrize(
    "text", ["RAG 和 fine tuning 有什么区别", "what is 机器学习", "explain 向量检索 to me", "Django 怎么部署"]
)
def test_mixed_text_is_judged_by_the_rules_of_both_languages(text: str) -> None:
    assert RuleDetector().judge(text, Context()).question == text


@settings(deadline=None)
@given(SPEECH, st.lists(SPEECH, max_size=4))
def test_verdict_keeps_its_promises_for_any_text(text: str, recent: list[str]) -> None:
    verdict = RuleDetector().judge(text, Context(tuple(recent)))
    assert 0 <= verdict.confidence < 1
    assert verdict.reason
    assert verdict.is_question == bool(verdict.question)
    assert verdict.is_question == (verdict.confidence >= THRESHOLD)
    assert verdict == RuleDetector().judge(text, Context(tuple(recent)))


@settings(deadline=None)
@given(SPEECH)
def test_question_is_a_part_of_the_text(text: str) -> None:
    assert RuleDetector().judge(text, Context()).question in text


@settings(deadline=None)
@given(SPEECH)
def test_question_by_itself_is_one_again(text: str) -> None:
    verdict = RuleDetector().judge(text, Context())
    if verdict.is_question and verdict.reason != "question_mark":
        again = RuleDetector().judge(verdict.question, Context())
        assert again.is_question or "." in text or "。" in text


@settings(deadline=None)
@given(SPEECH)
def test_sentences_know_where_their_words_stood(text: str) -> None:
    for sentence in sentences(text):
        spans = [(token.start, token.end) for token in sentence.tokens]
        assert spans == sorted(spans)
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert sentence.original_span(0, len(sentence.text)) == (spans[0][0], spans[-1][1])


@pytest.mark.parametrize(
    "unit",
    ["吗", "什么", "如果的话", "so and ", "not is it ", "how do i ", "?", "，", "a b c ", "把告诉", "\ud83d\ude00"],
)
def test_long_hostile_text_is_read_no_further_than_the_bound(unit: str) -> None:
    hostile = unit * (10_240 // len(unit))
    detector = RuleDetector()
    assert detector.judge(hostile, Context()) == detector.judge(hostile[-MAX_JUDGED_CHARACTERS:], Context())
    ended = detector.judge(f"{hostile}. what is rag?", Context((hostile, hostile)))
    assert ended.question.endswith("what is rag")
    assert len(ended.question) <= MAX_JUDGED_CHARACTERS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("what is rag", "en"),
        ("什么是机器学习", "zh"),
        ("RAG是什么", "zh"),
        ("我想用 python 写 websocket 服务", "zh"),
        ("please explain the word 道", "en"),
        ("這個怎麼用", "zh"),
        ("", "en"),
        ("12 34", "en"),
    ],
)
def test_language_is_the_one_most_said(text: str, language: str) -> None:
    assert language_of(text) == language
