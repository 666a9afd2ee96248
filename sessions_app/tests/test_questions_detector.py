"""What holds for every text: utterances that go on, original words, bounds, and which language a text is in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.domain.questions import (
    Detector,
    Judging,
    QuestionClass,
    RuleDetector,
    Sensitivity,
    language_of,
    load_detector,
)
from sessions_app.domain.questions.judging import THRESHOLDS
from sessions_app.domain.questions.normalise import is_chinese, sentences
from sessions_app.domain.questions.windows import MAX_READ_CHARACTERS, WINDOW_CHARACTERS

DETECTORS = (load_detector(), RuleDetector())

FRAGMENTS = st.sampled_from(
    [
        *("ok so um ", "how do i ", "reset it", "can you ", "tell me ", "about the ", "the the ", "right", "RAG"),
        *("请问", "这个", "怎么用", "是什么", "能不能", "退货啊", "嗯 ", "麼", "对吧"),
        *("?", "？", "。", ", ", " ", "ＦＵＬＬ", "İ", "ﬁ", "\ud800", "\x00"),
    ]
)
SPEECH = st.one_of(st.text(), st.lists(FRAGMENTS, max_size=30).map("".join))


JUDGINGS = st.builds(
    Judging,
    st.sampled_from(Sensitivity),
    st.booleans(),
    st.sampled_from([frozenset({"zh"}), frozenset({"en"}), frozenset({"zh", "en"}), frozenset()]),
)


@pytest.fixture(params=DETECTORS, ids=["model", "rules"])
def detector(request: pytest.FixtureRequest) -> Detector:
    judge: Detector = request.param
    return judge


def utterance(*finals: str) -> tuple[str, int]:
    """Finals joined as the engine joins them, and how long all but the last are."""
    text = heard = ""
    for final in finals:
        heard = text
        text += ("" if not text or (is_chinese(text[-1]) and is_chinese(final[0])) else " ") + final
    return text, len(heard)


def asked(detector: Detector, text: str, heard: int = 0) -> str:
    verdict = detector.judge(text, heard=heard)
    return text[verdict.start : verdict.end] if verdict.is_question else ""


@pytest.mark.parametrize(
    ("finals", "question"),
    [
        (("can you tell me", "how to reset the router"), "can you tell me how to reset the router"),
        (("请问这个", "怎么用"), "请问这个怎么用"),
        (("what is the difference between", "rag and search"), "what is the difference between rag and search"),
        (("What is the", "price of the basic plan"), "What is the price of the basic plan"),
        (("什么是", "机器学习"), "什么是机器学习"),
        (("请介绍一下", "你们的产品"), "请介绍一下你们的产品"),
        (("机器学习", "和深度学习有什么区别"), "机器学习和深度学习有什么区别"),
        (("is there a limit on", "file size"), "is there a limit on file size"),
        (("请问", "RAG 是什么"), "请问 RAG 是什么"),
    ],
)
def test_question_cut_in_two_is_judged_whole(detector: Detector, finals: tuple[str, ...], question: str) -> None:
    text, heard = utterance(*finals)
    assert asked(detector, text) == question
    assert asked(detector, text, heard) == question


@pytest.mark.parametrize(
    ("finals", "question"),
    [
        (("what is the difference between a process", "and a thread"), None),
        (("what is machine learning", "and what about deep learning"), "what about deep learning"),
        (
            ("what is machine learning", "we talked about it yesterday so how much does it cost"),
            "how much does it cost",
        ),
        (("how do i reset it", "from the command line"), None),
        (("what is machine learning", "okay thanks"), ""),
        (("what is machine learning", "i see"), ""),
        (("what is machine learning", "and we use it every day"), ""),
        (("什么是机器学习", "那深度学习呢"), "那深度学习呢"),
        (("什么是机器学习", "和深度学习"), None),
        (("什么是机器学习", "好的谢谢"), ""),
        (("这个怎么用", "我昨天刚买的"), ""),
    ],
)
def test_what_was_asked_before_counts_no_more(
    detector: Detector, finals: tuple[str, ...], question: str | None
) -> None:
    text, heard = utterance(*finals)
    assert asked(detector, text, heard) == (text if question is None else question)


@pytest.mark.parametrize(
    ("finals", "is_unfinished"),
    [
        (("what is the",), True),
        (("what is the", "difference between a process and"), True),
        (("what is the", "difference between a process"), True),
        (("what is the", "difference between a process and", "a thread"), False),
        (("the difference between a process",), True),
        (("the difference between a process and a thread",), False),
    ],
)
def test_utterance_is_unfinished_until_its_end_is_heard(
    detector: Detector, finals: tuple[str, ...], is_unfinished: bool
) -> None:
    assert detector.judge(utterance(*finals)[0]).is_unfinished == is_unfinished


@pytest.mark.parametrize(
    "finals",
    [
        ("this is fine", "we can go on"),
        ("他几乎没有时间", "我们下次再说"),
        ("and then i went to the", "shop on the corner"),
        ("right", "okay"),
        ("and deep learning",),
    ],
)
def test_statement_after_a_statement_is_no_question(detector: Detector, finals: tuple[str, ...]) -> None:
    text, heard = utterance(*finals)
    assert not detector.judge(text).is_question
    assert not detector.judge(text, heard=heard).is_question


@pytest.mark.parametrize(
    "text", ["RAG 和 fine tuning 有什么区别", "what is 机器学习", "explain 向量检索 to me", "Django 怎么部署"]
)
def test_mixed_text_is_judged_by_the_rules_of_both_languages(detector: Detector, text: str) -> None:
    assert asked(detector, text) == text


def test_requests_count_where_a_session_wants_them(detector: Detector) -> None:
    assert detector.judge("tell me about vector search").kind is QuestionClass.REQUEST
    assert detector.judge("请介绍一下你们的产品").kind is QuestionClass.REQUEST
    assert not detector.judge("tell me about vector search", Judging(requests=False)).is_question
    assert detector.judge("what is rag", Judging(requests=False)).is_question


def test_questions_count_in_the_languages_of_a_session(detector: Detector) -> None:
    chinese = Judging(languages=frozenset({"zh"}))
    assert not detector.judge("what is rag", chinese).is_question
    assert detector.judge("RAG是什么", chinese).is_question
    assert asked(detector, "what is rag. 什么是机器学习") != ""


@settings(deadline=None)
@given(SPEECH, JUDGINGS, st.integers(-2, 200))
def test_verdict_keeps_its_promises_for_any_text(text: str, judging: Judging, heard: int) -> None:
    for detector in DETECTORS:
        verdict = detector.judge(text, judging, heard=heard)
        assert 0 <= verdict.confidence <= 1
        assert verdict.reason
        assert verdict.is_question == (verdict.confidence >= THRESHOLDS[judging.sensitivity])
        assert 0 <= verdict.start <= verdict.end <= len(text)
        assert not verdict.is_question or verdict.start < verdict.end
        assert not verdict.end or verdict.end > min(heard, len(text))
        assert verdict == detector.judge(text, judging, heard=heard)


@settings(deadline=None)
@given(SPEECH)
def test_the_more_sensitive_the_more_counts(text: str) -> None:
    for detector in DETECTORS:
        counts = [detector.judge(text, Judging(sensitivity)).is_question for sensitivity in Sensitivity]
        assert counts == sorted(counts)


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
def test_long_hostile_text_is_read_no_further_than_the_bound(detector: Detector, unit: str) -> None:
    hostile = (unit * (10_240 // len(unit))).strip()
    ended = f"{hostile}. what is rag?"
    assert asked(detector, ended).endswith("what is rag")
    verdict = detector.judge(hostile)
    read = len(hostile) - MAX_READ_CHARACTERS
    assert verdict.end == 0 or verdict.start >= read


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
def test_last_question_of_a_long_utterance_is_found(detector: Detector, text: str, question: str) -> None:
    assert asked(detector, text) == question


def test_end_of_a_long_utterance_that_is_unfinished_says_so(detector: Detector) -> None:
    assert detector.judge(f"what is rag? {TALK}what is the").is_unfinished


@pytest.mark.parametrize("character", ["ﷺ", "㌖", "½"])
def test_characters_that_fold_to_many_are_read_no_further_than_the_bound(character: str) -> None:
    found = sentences(f"{character} " * (WINDOW_CHARACTERS // 2))
    assert 0 < sum(len(token.word) for sentence in found for token in sentence.tokens) <= WINDOW_CHARACTERS


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
