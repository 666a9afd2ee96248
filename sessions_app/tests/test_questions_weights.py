"""The weights in the package are those that their manifest describes."""

import hashlib
import json
from importlib import resources

import pytest

from sessions_app.domain.questions import learnt
from sessions_app.domain.questions.ngrams import BORDER_BUCKETS, CLAUSE_BUCKETS

FOLDER = resources.files("sessions_app.domain.questions") / "weights"
MANIFEST = json.loads((FOLDER / learnt.MANIFEST).read_text("utf-8"))
TABLES = (FOLDER / learnt.TABLES).read_bytes()
MODEL = (FOLDER / learnt.MODEL).read_bytes()


def test_weights_are_those_of_the_manifest() -> None:
    assert MANIFEST["sha256"] == {
        learnt.TABLES: hashlib.sha256(TABLES).hexdigest(),
        learnt.MODEL: hashlib.sha256(MODEL).hexdigest(),
    }
    assert learnt.load().keys() == set(learnt.LANGUAGES)


@pytest.mark.parametrize("name", [learnt.TABLES, learnt.MODEL])
def test_other_weights_are_refused(name: str) -> None:
    expected = MANIFEST["sha256"] | {name: "0" * 64}
    with pytest.raises(learnt.WeightsError, match=name):
        learnt.verify({learnt.TABLES: TABLES, learnt.MODEL: MODEL}, expected)


def test_weights_have_their_sizes() -> None:
    assert len(TABLES) == len(learnt.LANGUAGES) * (BORDER_BUCKETS + CLAUSE_BUCKETS)
    assert len(TABLES) + len(MODEL) < 250_000


def test_every_corpus_is_attributed() -> None:
    attribution = (FOLDER / "ATTRIBUTION.md").read_text("utf-8")
    for name, file in MANIFEST["trained_on"].items():
        corpus, licence = file["source"].split("; ")
        assert corpus.split()[0] in attribution, name
        assert licence in attribution, name
    assert MANIFEST["figures"]
