"""What holds for every text: utterances cut in two, original words, bounds, and which language a text is in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.domain.questions import Context, RuleDetector, language_of
from sessions_app.domain.questions.detector import THRESHOLD
from sessions_app.domain.questions.normalise import sentences
from sessions_app.domain.questions.windows import MAX_READ_CHARACTERS, WINDOW_CHARACTERS, windows

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
    hostile = (unit * (10_240 // len(unit))).strip()
    detector = RuleDetector()
    assert detector.judge(hostile, Context()) == detector.judge(hostile[-MAX_READ_CHARACTERS:], Context())
    ended = detector.judge(f"{hostile}. what is rag?", Context((hostile, hostile)))
    assert ended.question.endswith("what is rag")
    assert len(ended.question) <= WINDOW_CHARACTERS


TALK = "we had a very nice time by the lake last summer and the weather was good. " * 12
CHINESE_TALK = "我们去年夏天在湖边过得很开心，天气也很好。" * 40


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (f"what is machine learning{' ' * 700}", "what is machine learning"),
        (f"what is machine learning. {TALK}", "what is machine learning"),
        (f"{TALK}what is machine learning? {TALK}", "what is machine learning"),
        (f"什么是机器学习？{CHINESE_TALK}", "什么是机器学习"),
        (f"what is rag? {TALK}how do i reset it? {TALK}", "how do i reset it"),
    ],
)
def test_last_question_of_a_long_final_is_found(text: str, question: str) -> None:
    assert RuleDetector().judge(text, Context()).question == question


def test_beginning_of_a_long_final_completes_a_question() -> None:
    verdict = RuleDetector().judge(f"machine learning. {TALK}", Context(("what is the difference between rag and",)))
    assert verdict.question == "what is the difference between rag and machine learning"


def test_end_of_a_long_final_that_is_unfinished_waits_for_its_rest() -> None:
    assert RuleDetector().judge(f"what is rag? {TALK}what is the", Context()).reason == "unfinished"


@pytest.mark.parametrize("character", ["ﷺ", "㌖", "½"])
def test_characters_that_fold_to_many_are_read_no_further_than_the_bound(character: str) -> None:
    found = sentences(f"{character} " * (WINDOW_CHARACTERS // 2))
    assert 0 < sum(len(token.word) for sentence in found for token in sentence.tokens) <= WINDOW_CHARACTERS


@settings(deadline=None)
@given(st.lists(st.sampled_from(["?", "。", "，", " and ", " ", "speech", "什么", " " * 300, "a" * 300]), max_size=60))
def test_windows_leave_out_nothing_but_blanks(pieces: list[str]) -> None:
    text = "".join(pieces).strip()
    end = len(text)
    for start, stop in windows(text):
        assert 0 <= start <= stop <= end
        assert stop - start <= WINDOW_CHARACTERS
        assert not text[stop:end].strip()
        end = start
    assert end <= max(len(text) - MAX_READ_CHARACTERS, 0) or not text[:end].strip()


def test_windows_begin_where_sentences_do() -> None:
    text = f"{TALK}{CHINESE_TALK}"
    starts = [start for start, _ in windows(text)]
    assert starts[-1] == 0
    assert all(text[start - 1] in ".。" for start in starts[:-1])


def test_unfinished_finals_are_joined_up_to_a_window() -> None:
    finals = ("what is the difference between rag and",) * 40
    joined = RuleDetector().judge("search", Context(finals)).question
    assert joined.endswith("rag and search")
    assert len(joined) <= WINDOW_CHARACTERS


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
