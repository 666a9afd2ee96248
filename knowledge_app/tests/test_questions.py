import pytest

from knowledge_app.questions import CONTEXT_WEIGHT, weighted_terms


def test_weighted_terms_of_a_full_question_leave_the_context_out():
    assert weighted_terms("how does vector search rank passages", ("keyword search is old",)) == {
        "vector": 1,
        "search": 1,
        "rank": 1,
        "passag": 1,
    }


def test_weighted_terms_of_a_short_question_that_points_back_to_nothing_are_its_own():
    assert weighted_terms("what is rag", ("keyword search is old",)) == {"rag": 1}


@pytest.mark.parametrize("question", ["how does it differ from that", "why is it different", "what about it"])
def test_weighted_terms_of_a_follow_up_take_the_context_along(question):
    assert weighted_terms(question, ("keyword search is old",))["keyword"] == CONTEXT_WEIGHT


def test_weighted_terms_of_a_chinese_follow_up_take_the_context_along():
    weights = weighted_terms("它们有什么区别", ("机器学习", "深度学习"))
    assert (weights["区别"], weights["机器"], weights["深度"]) == (1, CONTEXT_WEIGHT, CONTEXT_WEIGHT)


def test_weighted_terms_of_a_chinese_question_with_words_enough_are_its_own():
    assert "微调" not in weighted_terms("它和向量搜索有什么区别", ("微调",))


def test_weighted_terms_look_at_the_last_finals_only():
    weights = weighted_terms("why", ("apples", "pears", "plums", "cherries"))
    assert weights == dict.fromkeys(["cherri", "plum", "pear"], CONTEXT_WEIGHT)


def test_weighted_terms_of_nothing_are_none():
    assert weighted_terms("what is it") == {}


@pytest.mark.parametrize("question", ["what does this service do", "这个服务是做什么的", "is that button red"])
def test_weighted_terms_of_a_question_that_names_what_it_means_are_its_own(question):
    assert CONTEXT_WEIGHT not in weighted_terms(question, ("keyword search is old", "机器学习")).values()


@pytest.mark.parametrize("question", ["what is this", "how does that work", "这个怎么用", "那是什么"])
def test_weighted_terms_of_a_question_that_points_back_take_the_context_along(question):
    assert weighted_terms(question, ("keyword search is old",))["keyword"] == CONTEXT_WEIGHT
