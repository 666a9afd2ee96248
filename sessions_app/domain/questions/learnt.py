"""What was learnt from labelled speech, as `bench/questions/train.py` writes it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from sessions_app.domain.questions.language import Language
from sessions_app.domain.questions.ngrams import BORDER_BUCKETS, CLAUSE_BUCKETS, Vocabulary

TABLES = "tables.bin"
"""For each language the weights of borders, then those of clauses, a signed byte each."""
MODEL = "model.json"
MANIFEST = "manifest.json"
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class WeightsError(Exception):
    """The files of the weights are not those that the manifest was written for."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The two logistic regressions of a language: where a clause ends, and whether it is a question.

    A byte of a table times its scale is a weight; `slope` and `offset` turn the sum of a clause into log odds.
    """

    language: Language
    vocabulary: Vocabulary
    borders: memoryview
    border_scale: float
    border_bias: float
    clauses: memoryview
    clause_scale: float
    clause_bias: float
    cues: Mapping[str, float]
    slope: float
    offset: float

    def logit(self, buckets: Iterable[int], names: Iterable[str], measures: Iterable[tuple[str, float]]) -> float:
        """The log odds that what has these features is a question."""
        table, learnt = self.clauses, self.cues
        total = self.clause_bias + self.clause_scale * sum([table[at] for at in buckets])
        total += sum([learnt.get(name, 0.0) for name in names])
        total += sum([learnt.get(name, 0.0) * value for name, value in measures])
        return self.slope * total + self.offset


def load() -> dict[Language, Weights]:
    """The weights of both languages; raises `WeightsError` unless they are those of the manifest."""
    folder = resources.files(__package__) / "weights"
    tables, model = (folder / TABLES).read_bytes(), (folder / MODEL).read_bytes()
    expected = json.loads((folder / MANIFEST).read_bytes())["sha256"]
    verify({TABLES: tables, MODEL: model}, expected)
    return unpack(tables, json.loads(model))


def verify(files: Mapping[str, bytes], expected: Mapping[str, str]) -> None:
    """Raises `WeightsError` unless the files have the SHA-256 that is expected of them."""
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != expected[name]:
            raise WeightsError(f"{name} is not the one that {MANIFEST} describes")


def unpack(tables: bytes, model: Mapping[str, Any]) -> dict[Language, Weights]:
    """The weights in a table of bytes and what goes with it."""
    signed = memoryview(tables).cast("b")
    foreign = {name: weight for fields in model.values() for name, weight in fields["cues"].items() if name[2] == "_"}
    weights: dict[Language, Weights] = {}
    for number, language in enumerate(LANGUAGES):
        start = number * (BORDER_BUCKETS + CLAUSE_BUCKETS)
        middle, end = start + BORDER_BUCKETS, start + BORDER_BUCKETS + CLAUSE_BUCKETS
        fields = dict(model[language])
        vocabulary = Vocabulary(fields.pop("vocabulary").split())
        fields["cues"] = foreign | fields["cues"]
        weights[language] = Weights(
            language, vocabulary, borders=signed[start:middle], clauses=signed[middle:end], **fields
        )
    return weights
