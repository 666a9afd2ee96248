import pytest

from knowledge_app.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "language", "sentences"),
    [
        ("启动服务。make run 会启动。好！v2 也行。", "zh", ["启动服务。", "make run 会启动。", "好！", "v2 也行。"]),
        ("它是什么？是方法。好！", "zh", ["它是什么？", "是方法。", "好！"]),
        ("他说：“你好。”然后走了。", "zh", ["他说：“你好。”", "然后走了。"]),
        ("版本是3.5。之后是 4.0。", "zh", ["版本是3.5。", "之后是 4.0。"]),
        (
            "Dr. Smith paid $3.50 in the U.S. last May. Why?",
            "en",
            ["Dr. Smith paid $3.50 in the U.S. last May.", "Why?"],
        ),
        ("Steps:\n- open it\n- close it", "en", ["Steps:", "- open it", "- close it"]),
        ("One. 第二句。Three.", "en", ["One.", "第二句。", "Three."]),
        (" \n\n ", "en", []),
    ],
)
def test_split_sentences_ends_them_where_readers_do(text, language, sentences):
    assert split_sentences(text, language) == sentences
