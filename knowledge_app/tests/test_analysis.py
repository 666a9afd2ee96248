from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_app.analysis import MAX_WORD_CHARS, language_of, terms

WORDS = st.text(st.characters(exclude_categories=["Cs", "M"]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The servers are running", ["server", "run"]),
        ("What's a WebSocket?", ["websocket"]),
        ("the dog's GPT-4", ["dog", "gpt", "4"]),
        ("深度学习", ["深", "度", "学", "习", "深度", "度学", "学习"]),
        ("什么是RAG？", ["rag"]),
        ("图像。声音", ["图", "像", "图像", "声", "音", "声音"]),
        ("ＲＡＧ　ａｎｄ　ｍｏｄｅｌｓ", ["rag", "model"]),
        ("snake_case", ["snake", "case"]),
        ("", []),
        ("？！ …", []),
        ("x" * (MAX_WORD_CHARS + 1), []),
    ],
)
def test_terms_of_both_languages(text, expected):
    assert terms(text) == expected


def test_terms_are_the_same_for_traditional_and_simplified_chinese():
    assert terms("機器學習與語音識別") == terms("机器学习与语音识别")


def test_terms_of_a_question_are_those_of_the_statement_that_answers_it():
    assert terms("什么是深度学习") == terms("深度学习是什么") == terms("深度学习")
    assert terms("what is deep learning") == terms("Deep learning is")


@given(WORDS)
def test_terms_are_words_without_blanks(text):
    assert all(term == "".join(term.split()) != "" for term in terms(text))


@given(WORDS, WORDS)
def test_terms_of_two_paragraphs_are_those_of_each(first, second):
    assert terms(f"{first}\n\n{second}") == terms(first) + terms(second)


def test_terms_are_the_same_in_every_thread():
    texts = [f"running threads {number} 線程" for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(terms, texts)) == [terms(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "language"), [("what is RAG", "en"), ("RAG 是什么", "zh"), ("深 means deep", "en"), ("", "en")]
)
def test_language_of_is_told_by_the_script(text, language):
    assert language_of(text) == language
