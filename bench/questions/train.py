"""Learns the weights of the question detector from labelled speech.

    python bench/questions/train.py FOLDER

FOLDER holds the `*.train.jsonl.gz` named in CORPORA and, where there are any, `own_en` and `own_zh`: verdicts that
operators have marked. Writes `sessions_app/domain/questions/weights/`: the same bytes from the same files with the
requirements of `requirements.txt`.
"""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import evaluate
import learning
import numpy as np
from corpora import read
from learning import Plan
from sklearn.linear_model import LogisticRegression

from sessions_app.domain.questions.language import Language
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
WEIGHTS = Path(__file__).resolve().parents[2] / "sessions_app/domain/questions/weights"
VOCABULARY_WORDS = {"en": 400, "zh": 500}
BORDERS = Plan(BORDER_BUCKETS, strength=0.2, examples=1e5)
CLAUSES = {
    "en": Plan(CLAUSE_BUCKETS, strength=2.0, examples=1e4, gram_value=0.5),
    "zh": Plan(CLAUSE_BUCKETS, strength=2.0, examples=1e4, gram_value=0.35),
}
LENIENCE = {"en": 0.6, "zh": -0.1}
"""What is added to the log odds: English has more questions without any cue, which calibration leaves unlikely."""
DIGITS = 4


def learn(corpora: learning.Corpora, language: Language) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    """The tables of a language, what else its weights consist of, and what others reach on each corpus."""
    words = learning.vocabulary(corpora, VOCABULARY_WORDS[language])
    known = Vocabulary(words)
    border = learning.fit([learning.borders(rows, known) for rows in corpora.values()], {}, BORDERS)
    names: dict[str, int] = {}
    questions = [learning.questions(rows, known, names) for rows in corpora.values()]
    clause = learning.fit(questions, names, CLAUSES[language])
    slope, offset, left_out = calibration(questions, names, CLAUSES[language])
    offset += LENIENCE[language]
    others = {
        f"{name}, learnt from the others": reached(part, slope * scores + offset > 0)
        for name, part, scores in zip(corpora, questions, left_out, strict=True)
    }
    border_bytes, border_scale = learning.quantised(border.buckets)
    clause_bytes, clause_scale = learning.quantised(clause.buckets)
    fields = {
        "vocabulary": " ".join(words),
        "border_scale": border_scale,
        "border_bias": round(border.bias, DIGITS),
        "clause_scale": clause_scale,
        "clause_bias": round(clause.bias, DIGITS),
        "cues": {name: round(value, DIGITS) for name, value in clause.names.items()},
        "slope": round(slope, DIGITS),
        "offset": round(offset, DIGITS),
    }
    return border_bytes + clause_bytes, fields, others


def calibration(parts: list[learning.Examples], names: dict[str, int], plan: Plan) -> tuple[float, float, list[Any]]:
    """What turns scores into log odds, found on each corpus with the weights learnt from the others; those scores."""
    left_out = []
    for number, part in enumerate(parts):
        others = [other for at, other in enumerate(parts) if at != number]
        left_out.append(learning.scores(learning.fit(others, names, plan), part, names))
    model = LogisticRegression(C=1e6)
    model.fit(
        np.concatenate(left_out)[:, None],
        np.concatenate([part.labels for part in parts]),
        sample_weight=np.concatenate([part.counts / part.counts.sum() * plan.examples for part in parts]),
    )
    return float(model.coef_[0][0]), float(model.intercept_[0]), left_out


def reached(part: learning.Examples, judged: np.ndarray) -> dict[str, str]:
    """F1 and false triggers per 100 negatives, of sentences by themselves."""
    found, wanted = part.counts * judged, part.counts * part.labels
    f1 = 2 * (found * part.labels).sum() / (found.sum() + wanted.sum())
    false_triggers = 100 * (found * ~part.labels).sum() / (part.counts * ~part.labels).sum()
    return {"F1": f"{f1:.3f}", "false per 100": f"{false_triggers:.1f}"}


def write(tables: bytes, model: dict[str, Any], files: dict[str, Any], figures: dict[str, Any]) -> None:
    """Writes the weights and the manifest that describes them."""
    text = json.dumps(model, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    manifest = {
        "made_by": "bench/questions/train.py",
        "trained_on": files,
        "sha256": {TABLES: hashlib.sha256(tables).hexdigest(), MODEL: hashlib.sha256(text.encode()).hexdigest()},
        "figures": figures,
    }
    WEIGHTS.mkdir(exist_ok=True)
    (WEIGHTS / TABLES).write_bytes(tables)
    (WEIGHTS / MODEL).write_text(text, "utf-8")
    (WEIGHTS / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")


def main(folder: Path) -> None:
    tables, model, files, figures = b"", {}, {}, {}
    for language in LANGUAGES:
        paths = {name: folder / f"{name}.train.jsonl.gz" for name in (*CORPORA[language], f"own_{language}")}
        paths = {name: path for name, path in paths.items() if name in LICENCES or path.exists()}
        content, model[language], left_out = learn({name: read(path) for name, path in paths.items()}, language)
        tables += content
        figures |= left_out
        for name, path in paths.items():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            files[path.name] = {"sha256": digest, "source": LICENCES.get(name, "marked by operators")}
    write(tables, model, files, {})
    write(tables, model, files, evaluate.figures(folder) | figures)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python bench/questions/train.py FOLDER")
    main(Path(sys.argv[1]))
