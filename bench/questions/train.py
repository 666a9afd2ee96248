"""Learns the weights of the question detector from labelled speech.

    python bench/questions/train.py FOLDER

FOLDER holds the `*.train.jsonl.gz` named in CORPORA, the `*_turn.train.jsonl.gz` of those in TURNS and, where there
are any, `own_en` and `own_zh`: verdicts that operators have marked. Writes `sessions_app/domain/questions/weights/`:
the same bytes from the same files with the requirements of `requirements.txt`.
"""

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import evaluate
import numpy as np
from corpora import Row, joined, read
from published import Corpora, alone, borders, vocabulary
from readings import Texts, questions
from regression import Plan, Regression, fit, quantised, scores
from sklearn.linear_model import LogisticRegression

from sessions_app.domain.questions.language import Language
from sessions_app.domain.questions.learnt import LANGUAGES, MANIFEST, MODEL, TABLES, Weights
from sessions_app.domain.questions.ngrams import BORDER_BUCKETS, CLAUSE_BUCKETS, Vocabulary
from sessions_app.domain.questions.scoring import TRUST

CORPORA = {"en": ("qmsum_ami", "topical"), "zh": ("vcsum", "crosswoz", "kdconv")}
TURNS = ("topical", "crosswoz", "kdconv")
"""Of these there are files of whole turns, too."""
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
    "zh": Plan(CLAUSE_BUCKETS, strength=2.0, examples=1e4, gram_value=0.2, trust=0.45),
}
LENIENCE = {"en": 0.95, "zh": 0.285}
"""What is added to the log odds: calibration leaves questions without a cue unlikely."""
SEVERAL = (2, 3)
SHARE = 0.2
"""What turns and several sentences in one text each count beside the rows of a corpus."""
ALONE = 0.5
"""The same for its sentences by themselves."""
ROUNDS = 3
DIGITS = 4


@dataclass(frozen=True)
class Corpus:
    """One corpus: its rows, and what else is learnt from, each with what it counts where the rows count 1."""

    rows: Texts
    more: Sequence[tuple[Texts, float]]

    def parts(self) -> list[tuple[Texts, float]]:
        return [(self.rows, 1.0), *self.more]


def learn(folder: Path, corpora: Corpora, language: Language) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    """The tables of a language, what else its weights consist of, and what others reach on each corpus."""
    words = vocabulary(corpora, VOCABULARY_WORDS[language])
    known = Vocabulary(words)
    border = fit([borders(rows, known) for rows in corpora.values()], {}, BORDERS)
    border_bytes, border_scale = quantised(border.buckets)
    fields: dict[str, Any] = {"border_scale": border_scale, "border_bias": round(border.bias, DIGITS)}
    names: dict[str, int] = {}
    weights = _unlearnt(language, known, border_bytes, fields)
    read_as = {name: _corpus(folder, name, rows, weights, names) for name, rows in corpora.items()}
    read_as = {name: corpus for name, corpus in read_as.items() if len(corpus.rows.labels)}
    clause = learnt_from(list(read_as.values()), names, CLAUSES[language])
    slope, offset, others = calibration(read_as, names, CLAUSES[language], LENIENCE[language])
    clause_bytes, clause_scale = quantised(clause.buckets)
    fields |= {
        "vocabulary": " ".join(words),
        "clause_scale": clause_scale,
        "clause_bias": round(clause.bias, DIGITS),
        "cues": {name: round(value, DIGITS) for name, value in clause.names.items()},
        "slope": round(slope, DIGITS),
        "offset": round(offset, DIGITS),
    }
    return border_bytes + clause_bytes, fields, others


def _unlearnt(language: Language, known: Vocabulary, border_bytes: bytes, fields: Mapping[str, Any]) -> Weights:
    """Weights that know where clauses end and nothing of questions."""
    table, nothing = memoryview(border_bytes).cast("b"), memoryview(bytes(CLAUSE_BUCKETS)).cast("b")
    rest = {"clause_scale": 0.0, "clause_bias": 0.0, "cues": {}, "slope": 0.0, "offset": 0.0}
    return Weights(language, known, borders=table, clauses=nothing, **fields, **rest)


def _corpus(folder: Path, name: str, rows: list[Row], weights: Weights, names: dict[str, int]) -> Corpus:
    several = [row for size in SEVERAL for row in joined(rows, size)]
    turns = read(_path(folder, f"{name}_turn")) if name in TURNS else []
    more = [(several, SHARE), (turns, SHARE), (list(alone([*rows, *turns])), ALONE)]
    return Corpus(
        questions(rows, weights, names), [(questions(each, weights, names), share) for each, share in more if each]
    )


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.train.jsonl.gz"


def learnt_from(corpora: Sequence[Corpus], names: Mapping[str, int], plan: Plan) -> Regression:
    """What is learnt of texts of which it is not known which of their words make them questions.

    Each counts as the reading that is likeliest a question by what was learnt before, at first by the rules: so what
    misleads is learnt along, just as it is met when a text is judged.
    """
    parts = [part for corpus in corpora for part in corpus.parts() if len(part[0].labels)]
    likely = [texts.by_rules for texts, _ in parts]
    for _ in range(ROUNDS):
        chosen = [texts.examples(each, share) for (texts, share), each in zip(parts, likely, strict=True)]
        regression = fit(chosen, names, plan)
        likely = [scores(regression, texts.features, names) for texts, _ in parts]
    trust = regression.names[TRUST] + plan.trust
    return replace(regression, names={**regression.names, TRUST: trust})


def calibration(
    corpora: Mapping[str, Corpus], names: Mapping[str, int], plan: Plan, lenience: float
) -> tuple[float, float, dict[str, Any]]:
    """What turns scores into log odds, and what is reached on each corpus by weights learnt from the others."""
    best, labels = {}, {}
    for name, corpus in corpora.items():
        others = learnt_from([other for other in corpora.values() if other is not corpus], names, plan)
        texts = corpus.rows
        found = scores(others, texts.features, names)
        best[name], labels[name] = found[texts.likeliest(found)], texts.labels
    model = LogisticRegression(C=1e6)
    model.fit(
        np.concatenate([*best.values()])[:, None],
        np.concatenate([*labels.values()]),
        sample_weight=np.concatenate([np.full(len(each), plan.examples / len(each)) for each in labels.values()]),
    )
    slope, offset = float(model.coef_[0][0]), float(model.intercept_[0]) + lenience
    reached = {
        f"{name}, learnt from the others": _reached(labels[name], slope * best[name] + offset > 0) for name in corpora
    }
    return slope, offset, reached


def _reached(labels: np.ndarray, judged: np.ndarray) -> dict[str, str]:
    """F1 and false triggers per 100 negatives, of the rows that say more than a backchannel or a greeting."""
    f1 = 2 * (judged & labels).sum() / (judged.sum() + labels.sum())
    return {"F1": f"{f1:.3f}", "false per 100": f"{100 * (judged & ~labels).sum() / (~labels).sum():.1f}"}


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
        paths = {name: _path(folder, name) for name in (*CORPORA[language], f"own_{language}")}
        paths = {name: path for name, path in paths.items() if name in LICENCES or path.exists()}
        content, model[language], left_out = learn(folder, {name: read(path) for name, path in paths.items()}, language)
        tables += content
        figures |= left_out
        turns = {f"{name}_turn": _path(folder, f"{name}_turn") for name in paths if name in TURNS}
        for name, path in (paths | turns).items():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            files[path.name] = {
                "sha256": digest,
                "source": LICENCES.get(name.removesuffix("_turn"), "marked by operators"),
            }
    write(tables, model, files, {})
    write(tables, model, files, evaluate.figures(folder) | figures)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python bench/questions/train.py FOLDER")
    main(Path(sys.argv[1]))
