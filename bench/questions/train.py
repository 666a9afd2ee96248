"""Learns the weights of the question detector from labelled speech.

    python bench/questions/train.py FOLDER

FOLDER holds the `*.train.jsonl.gz` named in CORPORA. Writes `sessions_app/domain/questions/weights/`: the same bytes
from the same files with the requirements of `requirements.txt`.
"""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import learning
import numpy as np
from corpora import read
from sklearn.linear_model import LogisticRegression

from sessions_app.domain.questions.learnt import LANGUAGES, MANIFEST, MODEL, TABLES
from sessions_app.domain.questions.ngrams import BORDER_BUCKETS, CLAUSE_BUCKETS, Vocabulary

CORPORA = {"en": ("qmsum_ami", "topical"), "zh": ("vcsum", "crosswoz", "kdconv")}
LICENCES = {
    "qmsum_ami": "AMI corpus through QMSum; CC BY 4.0",
    "topical": "Topical-Chat; CDLA-Sharing-1.0",
    "vcsum": "VCSum; MIT",
    "crosswoz": "CrossWOZ; Apache-2.0",
    "kdconv": "KdConv; Apache-2.0",
}
WEIGHTS = ROOT / "sessions_app/domain/questions/weights"
DIGITS = 4
LENIENCE = 0.4
"""In log odds: a question that is missed costs a speaker more than an answer that nobody asked for."""


def learn(corpora: learning.Corpora, limit: int) -> tuple[bytes, dict[str, Any]]:
    """The tables of a language, and what else its weights consist of."""
    words = learning.vocabulary(corpora, limit)
    known = Vocabulary(words)
    borders = [learning.borders(rows, known) for rows in corpora.values()]
    border = learning.fit(borders, learning.BORDER_STRENGTH, learning.BORDER_EXAMPLES, BORDER_BUCKETS, {})
    border_bytes, border_scale = learning.quantised(border.buckets)
    fields: dict[str, Any] = {
        "vocabulary": " ".join(words),
        "border_scale": round(border_scale, 6),
        "border_bias": round(border.bias, DIGITS),
    }
    names: dict[str, int] = {}
    parts = [learning.sentence_examples(rows, known, names) for rows in corpora.values()]
    clause_bytes = learn_clauses(parts, names, fields)
    fields["slope"], fields["offset"] = calibration(parts, names)
    return border_bytes + clause_bytes, fields


def learn_clauses(parts: list[learning.Examples], names: dict[str, int], fields: dict[str, Any]) -> bytes:
    """The table of clauses; what goes with it is filled into the fields."""
    clause = learning.fit(parts, learning.CLAUSE_STRENGTH, learning.CLAUSE_EXAMPLES, CLAUSE_BUCKETS, names)
    table, scale = learning.quantised(clause.buckets)
    fields["clause_scale"], fields["clause_bias"] = round(scale, 6), round(clause.bias, DIGITS)
    fields["cues"] = {name: round(value, DIGITS) for name, value in clause.names.items()}
    return table


def calibration(parts: list[learning.Examples], names: dict[str, int]) -> tuple[float, float]:
    """What turns scores into log odds, found on each corpus with the weights learnt from the others."""
    found, labels, counts = [], [], []
    for number, part in enumerate(parts):
        others = [other for at, other in enumerate(parts) if at != number]
        regression = learning.fit(others, learning.CLAUSE_STRENGTH, learning.CLAUSE_EXAMPLES, CLAUSE_BUCKETS, names)
        found.append(learning.scores(regression, part, names, CLAUSE_BUCKETS))
        labels.append(part.labels)
        counts.append(part.counts / part.counts.sum() * learning.CLAUSE_EXAMPLES)
    model = LogisticRegression(C=1e6)
    model.fit(np.concatenate(found)[:, None], np.concatenate(labels), sample_weight=np.concatenate(counts))
    return round(float(model.coef_[0][0]), DIGITS), round(float(model.intercept_[0]) + LENIENCE, DIGITS)


def main(folder: Path) -> None:
    tables, model = b"", {}
    files = {}
    for language in LANGUAGES:
        paths = {name: folder / f"{name}.train.jsonl.gz" for name in CORPORA[language]}
        content, model[language] = learn(
            {name: read(path) for name, path in paths.items()}, learning.VOCABULARY_WORDS[language]
        )
        tables += content
        for name, path in paths.items():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            files[path.name] = {"sha256": digest, "source": LICENCES[name]}
    text = json.dumps(model, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    WEIGHTS.mkdir(exist_ok=True)
    (WEIGHTS / TABLES).write_bytes(tables)
    (WEIGHTS / MODEL).write_text(text, "utf-8")
    manifest = {
        "made_by": "bench/questions/train.py",
        "trained_on": files,
        "sha256": {
            TABLES: hashlib.sha256(tables).hexdigest(),
            MODEL: hashlib.sha256(text.encode()).hexdigest(),
        },
    }
    (WEIGHTS / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python bench/questions/train.py FOLDER")
    main(Path(sys.argv[1]))
