"""Where a question stands once the words around it, or its own, are corrected."""

import pytest

from sessions_app.domain.spans import Span
from sessions_app.tests.talking import asked


def read(marked: str) -> tuple[str, int, int]:
    """A text, and where the part of it in brackets begins and ends."""
    before, inside, after = marked.replace("]", "[").split("[")
    return before + inside + after, len(before), len(before) + len(inside)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("so [how old is it] then", "so [how odd was it] then"),
        ("we have known it for long so [how old is it]", "we know it so [how old is it]"),
        ("[how old is it] since we ask", "[how old is it] when we ask"),
        ("so [how old]", "so [how old is it]"),
        ("so [how old is it] then", "[why do they ask]"),
        ("[how old] is it", "[um how old] is it"),
    ],
)
def test_span_follows_the_words_that_stay(before, after):
    text, start, end = read(before)
    corrected, *expected = read(after)
    span = Span(asked(1, "how old is it"), 3, start, 3, end)
    span.correct(3, text, corrected)
    assert [span.start, span.end] == expected


def test_span_keeps_a_limit_in_another_final():
    span = Span(asked(1, "how old is it"), 3, 5, 4, 5)
    span.correct(3, "well how old", "how old")
    assert (span.start, span.end) == (0, 5)
    span.correct(4, "is it", "was it then")
    assert (span.start, span.end) == (0, 11)
