import pytest

from knowledge_app.wording import MAX_WORDING_CHARS, wording_term, wording_terms


@pytest.mark.parametrize(
    "question", ["What is this?", "what's this", "so, what is this?", "hi what is this", "What is this, please?"]
)
def test_wording_term_leaves_fillers_and_punctuation_out(question):
    assert wording_term(question) == "=whatthis"


@pytest.mark.parametrize("question", ["你是谁？", "你是谁呀", "请问你是谁", "那你是誰呢"])
def test_wording_term_leaves_chinese_openings_and_final_particles_out(question):
    assert wording_term(question) == "=你是谁"


@pytest.mark.parametrize("question", ["", "?", "so", "word" * MAX_WORDING_CHARS])
def test_wording_term_of_nothing_or_too_much_is_none(question):
    assert wording_term(question) == ""


def test_wording_terms_are_those_of_every_clause():
    assert {"=whatthis", "=whoyou"} <= wording_terms("What is this, and who are you?") | wording_terms("Who are you?")
    assert wording_terms("Manual › What is this (in short)?") >= {"=whatthis", "=inshort", "=manual"}
    assert wording_terms("") == set()
