"""Which questions are asked again in nearly the same words, and which are others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.domain.questions import same_question, same_words

SAME = """
what is machine learning | so uh what's machine learning
what is machine learning | what is machine learning again
what is machine learning | What is machine learning?
what is machine learning | what what is um machine learning
what is machine learning | can you tell me what machine learning is
what is machine learning | what is machine learning please
how do i upload a document | okay how do i upload a document
how do i upload a document | how do i upload documents
how do i upload a document | how do i um upload the document thanks
how does it work | and how does it work exactly
where is the data base stored | where's the database stored
what is kubernetes used for | what is kubernetis used for
what's the price of the basic plan | What is the price of the basic plan?
how many people can join one meeting | how many people can join 1 meeting
where is the office | where is our office located
where is my order | where is the order
please tell me about vector search | tell me about vector search
什么是机器学习 | 嗯那个什么是机器学习啊
什么是机器学习 | 请问什么是机器学习
什么是机器学习 | 什麼是機器學習？
什么是机器学习 | 我想问一下什么是机器学习呢
什么是机器学习 | 什么是什么是机器学习
这个多少钱 | 那这个多少钱呢
怎么上传文件 | 请问怎么上传文件
请介绍一下你们的产品 | 介绍你们的产品
这个怎么用 | 这个到底怎么用啊
会员有没有优惠 | 会员有没有优惠呢
RAG是什么 | rag 是什么
深度学习和机器学习有什么区别 | 深度学习和机器学习有啥区别
你们几点下班 | 你们几点下班呀
办公室在哪里 | 我们的办公室在什么地方
办公室在哪儿 | 办公室在哪里
""".strip().splitlines()

OTHERS = """
what is machine learning | what is deep learning
how do i upload a document | how do i delete a document
how do i upload a document | where do i upload a document
can i upload a document | how do i upload a document
is it free | isn't it free
does it work with postgres | does it work without postgres
does it support two users | does it support ten users
how long is the trial in version 2 | how long is the trial in version 3
how do i convert pdf to word | how do i convert word to pdf
how do i turn it on | how do i turn it off
what is supervised learning | what is unsupervised learning
how do i import contacts | how do i export contacts
what happens before the deadline | what happens after the deadline
who wrote it | when was it written
what is machine learning | what is machine learning used for
why does it crash | why does it not crash
how do i install it | how do i uninstall it
what's the price of the basic plan | what's the price of the premium plan
tell me about vector search | tell me about keyword search
where is our office located | when is our office open
where is our office | where is your office
what is rag | what about rag and search
什么是机器学习 | 什么是深度学习
怎么上传文件 | 怎么删除文件
怎么开机 | 怎么关机
北京的天气怎么样 | 南京的天气怎么样
会员多少钱一年 | 会员多少钱一月
能退货吗 | 不能退货吗
支持两个人吗 | 支持三个人吗
这个怎么用 | 这个为什么不能用
谁负责这个项目 | 什么时候开始这个项目
你们几点上班 | 你们几点下班
第一章讲什么 | 第二章讲什么
有优惠吗 | 没有优惠吗
我们的办公室在什么地方 | 我们的办公室什么时候开门
我们的办公室在哪里 | 你们的办公室在哪里
我们的办公室在什么地方 | 我们的食堂在什么地方
""".strip().splitlines()


def pairs(lines: list[str]) -> list[tuple[str, str]]:
    split = [line.split(" | ") for line in lines]
    return [(parts[0], parts[1]) for parts in split if len(parts) == 2]


@pytest.mark.parametrize(("first", "second"), pairs(SAME))
def test_question_asked_again_is_the_same(first: str, second: str) -> None:
    assert same_question(first, second)
    assert same_question(second, first)


@pytest.mark.parametrize(("first", "second"), pairs(OTHERS))
def test_question_of_something_else_is_another(first: str, second: str) -> None:
    assert not same_question(first, second)
    assert not same_question(second, first)


UNCHANGED = """
what is machine learning | So, what's machine learning?
how do i upload a document | um how do i upload the document please
how does it work | and how does it work exactly
where is the data base stored | where's the database stored
什么是机器学习 | 嗯，请问什麼是機器學習？
""".strip().splitlines()

CHANGED = """
how do i share a documint | how do i share a document
what is kubernetis used for | what is kubernetes used for
how do i upload a document | how do i upload documents
how do i turn the new printer on the second floor on | how do i turn the new printer on that second floor on
when is the next release | when was the next release
什么是机气学习 | 什么是机器学习
会议开始吗 | 会议开始了吗
""".strip().splitlines()


@pytest.mark.parametrize(("first", "second"), pairs(UNCHANGED))
def test_fillers_politeness_and_punctuation_are_no_other_words(first: str, second: str) -> None:
    assert same_words(first, second)


@pytest.mark.parametrize(("first", "second"), pairs(CHANGED))
def test_slip_of_letters_is_another_word(first: str, second: str) -> None:
    assert not same_words(first, second)
    assert not same_words(second, first)


@pytest.mark.parametrize("empty", ["", "um", "嗯", "?", "please"])
def test_nothing_is_not_the_same_as_anything(empty: str) -> None:
    assert not same_question(empty, "what is rag")
    assert not same_question("what is rag", empty)


WORDS = st.lists(
    st.sampled_from(["what ", "is ", "rag", "什么", "是", "不", "2", "?", " ", "'s ", "n't ", "\ud800", "İ"])
)


@settings(deadline=None)
@given(st.one_of(st.text(), WORDS.map("".join)), st.one_of(st.text(), WORDS.map("".join)))
def test_sameness_is_mutual(first: str, second: str) -> None:
    assert same_question(first, second) == same_question(second, first)


@pytest.mark.parametrize("unit", ["what is ", "什么", "please ", "can you ", "a", "'s", "我想问一下"])
def test_long_questions_are_compared_at_their_end(unit: str) -> None:
    long = unit * (10_240 // len(unit))
    assert same_question(f"{long} what is rag", f"{long} what is rag")
