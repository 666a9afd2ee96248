"""The list of the JSON API, and what is asked of every question."""

import pytest

from batch_app.entries import MAX_ENTRIES, BadLine, Entry, Problem
from batch_app.reading import texts
from batch_app.refusals import Code, RefusedError


def test_strings_and_objects_are_taken_in_their_order():
    entries = texts(["how", {"text": " why ", "custom_id": "b-1"}, {"text": "who"}, {"text": "if", "custom_id": None}])
    assert entries.good == [Entry("how"), Entry(" why ", "b-1"), Entry("who"), Entry("if")]
    assert entries.bad == []


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", Problem.EMPTY),
        (" \n\u3000", Problem.EMPTY),
        ("x" * 101, Problem.TOO_LONG),
        (17, Problem.NOT_TEXT),
        (None, Problem.NOT_TEXT),
        (["how"], Problem.NOT_TEXT),
        ({"text": 17}, Problem.NOT_TEXT),
        ({"text": None}, Problem.NOT_TEXT),
        ({}, Problem.NO_TEXT_FIELD),
        ({"question": "how"}, Problem.NO_TEXT_FIELD),
        ({"text": "how", "customId": "a"}, Problem.UNKNOWN_FIELD),
        ({"text": "how", "custom_id": 1}, Problem.CUSTOM_ID_INVALID),
        ({"text": "how", "custom_id": False}, Problem.CUSTOM_ID_INVALID),
        ({"text": "how", "custom_id": "x" * 129}, Problem.CUSTOM_ID_INVALID),
        ({"text": "how", "custom_id": "a\tb"}, Problem.CUSTOM_ID_INVALID),
        ({"text": "how", "custom_id": "\ud800"}, Problem.CUSTOM_ID_INVALID),
        ("a\0b", Problem.NUL),
        ("a\ud800b", Problem.NOT_UNICODE),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_place(settings, value, problem):
    settings.MAX_CHUNK_CHARS = 100
    entries = texts(["how", value, "x" * 100, value])
    assert entries.bad == [BadLine(2, problem), BadLine(4, problem)]
    assert [each.text for each in entries.good] == ["how", "x" * 100]


def test_an_id_is_repeated_only_where_the_one_before_was_taken():
    named = {"text": "how", "custom_id": "a"}
    entries = texts([{"text": "", "custom_id": "a"}, named, named])
    assert entries.bad == [BadLine(1, Problem.EMPTY), BadLine(3, Problem.CUSTOM_ID_REPEATED)]
    assert entries.good == [Entry("how", "a")]


def test_longest_list_is_taken_and_a_longer_one_refused_by_its_number():
    assert len(texts(["how"] * MAX_ENTRIES).good) == MAX_ENTRIES
    with pytest.raises(RefusedError, match="this one 50001") as refused:
        texts([""] * (MAX_ENTRIES + 1))
    assert (refused.value.code, refused.value.details) == (
        Code.INVALID_MESSAGE,
        {"field": "texts", "limit": MAX_ENTRIES},
    )
