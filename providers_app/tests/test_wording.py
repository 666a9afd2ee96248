"""What operators read has a text for every word that records may hold."""

import pytest

from providers_app.contract import ErrorReason, Origin
from providers_app.wording import ORIGINS, reason


@pytest.mark.parametrize("word", [*ErrorReason, "internal", "cancelled"])
def test_every_reason_is_a_sentence(word: str) -> None:
    assert reason(word).endswith((".", "。"))


def test_every_origin_has_a_name() -> None:
    assert ORIGINS.keys() == set(Origin)


def test_unknown_word_stays_as_it_is() -> None:
    assert reason("of_another_release") == "of_another_release"
    assert reason("") == ""
