"""From a question to what the knowledge base has for it: the sentences that answer it, or the best passages."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from django.conf import settings

from knowledge_app.analysis import language_of, terms
from knowledge_app.index import snapshot
from knowledge_app.questions import weighted_terms
from knowledge_app.sentences import is_closed, is_label, split_sentences
from knowledge_app.snapshot import Hit, Snapshot
from knowledge_app.wording import clauses, wording_term, wording_terms

MAX_SENTENCES = 3
PASSAGES_FOUND = 10
PASSAGES_READ = 3
PASSAGE_WEIGHT = 0.5
HEADING_WEIGHT = 0.5
MIN_SENTENCE_SHARE = 0.35

MIN_PASSAGE_SHARE = 0.7
MIN_GIVEN_SHARE = 0.2
WORDING_WEIGHT = 10.0


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of the answer; `source` is the number of its source, from 1."""

    text: str
    source: int


@dataclass(frozen=True, slots=True)
class GroundedAnswer:
    """What the knowledge base says; without sentences where it knows no answer.

    `sources` are the cited passages in order of first citation. `coverage` (0 to 1) is the share of what the question
    asks for that the best passage has; below `KNOWLEDGE_MIN_COVERAGE` the answer is not known.
    """

    sentences: tuple[CitedSentence, ...]
    sources: tuple[Hit, ...]
    coverage: float

    @property
    def is_known(self) -> bool:
        return bool(self.sentences)


class _Candidate(NamedTuple):
    score: float
    rank: int
    place: int
    text: str


def answer_question(question: str, context: Sequence[str] = (), language: str = "") -> GroundedAnswer:
    """Choose the up to three sentences that answer `question` best, in the order of the passages they stand in.

    `context` holds what was said before, oldest first; `language` is the question's where it is known. Raises
    `IndexUnreadableError`.
    """
    reader, hits, coverage = _read(question, context, language)
    if coverage < settings.KNOWLEDGE_MIN_COVERAGE:
        return GroundedAnswer((), (), coverage)
    fitting = [hit for hit in hits[:PASSAGES_READ] if hit.score >= MIN_PASSAGE_SHARE * hits[0].score]
    chosen = _best(reader.candidates(fitting))
    numbers = {rank: number for number, rank in enumerate(dict.fromkeys(c.rank for c in chosen), start=1)}
    return GroundedAnswer(
        tuple(CitedSentence(candidate.text, numbers[candidate.rank]) for candidate in chosen),
        tuple(hits[rank] for rank in numbers),
        coverage,
    )


def best_passages(question: str, context: Sequence[str], language: str, limit: int) -> list[Hit]:
    """The up to `limit` passages, best first, from which `question` may be answered; none where it is not known.

    The arguments and errors are those of `answer_question`.
    """
    _reader, hits, coverage = _read(question, context, language, max(limit, PASSAGES_FOUND))
    if coverage < settings.KNOWLEDGE_MIN_COVERAGE:
        return []
    return [hit for hit in hits[:limit] if hit.score >= MIN_GIVEN_SHARE * hits[0].score]


def _read(
    question: str, context: Sequence[str], language: str, limit: int = PASSAGES_FOUND
) -> tuple["_Reader", list[Hit], float]:
    """The passages found, best first, who judged them, and the coverage of the best one."""
    index = snapshot()
    reader = _Reader(index, _search_terms(index, question, context))
    hits = reader.passages(language or language_of(question), limit)
    return reader, hits, reader.coverage(hits[0]) if hits else 0.0


def _search_terms(index: Snapshot, question: str, context: Sequence[str]) -> dict[str, float]:
    """The question's terms. Where a heading asks just this, its wording outweighs them and the context is left out."""
    wording = wording_term(question)
    if wording and index.passages_with(wording):
        return weighted_terms(question) | {wording: WORDING_WEIGHT}
    return weighted_terms(question, context)


class _Reader:
    """Judges passages and sentences by how much of the question's inverse document frequency they hold."""

    def __init__(self, index: Snapshot, weights: dict[str, float]) -> None:
        self._index = index
        self._weights = {term: weight for term, weight in weights.items() if weight >= 1 or index.passages_with(term)}
        self._mass = {t: weight * index.inverse_document_frequency(t) for t, weight in self._weights.items()}

    def passages(self, language: str, limit: int) -> list[Hit]:
        """The best passages, in the question's language if one of them fits well enough, else in any."""
        hits = self._ranked(self._index.find(self._weights, limit, language))
        if hits and self.coverage(hits[0]) >= settings.KNOWLEDGE_MIN_COVERAGE:
            return hits
        return self._ranked(self._index.find(self._weights, limit))

    def coverage(self, hit: Hit) -> float:
        found = {*terms(f"{hit.title}\n{hit.heading}\n{hit.text}"), *wording_terms(hit.heading)}
        return self._held(found) / sum(self._mass.values())

    def candidates(self, hits: Sequence[Hit]) -> list[_Candidate]:
        return [
            _Candidate(self._held(terms(sentence)) + PASSAGE_WEIGHT * hit.score, rank, place, sentence)
            for rank, hit in enumerate(hits)
            for place, sentence in enumerate(_statements(hit))
        ]

    def _held(self, found: Iterable[str]) -> float:
        return sum(self._mass.get(term, 0.0) for term in set(found))

    def _ranked(self, hits: list[Hit]) -> list[Hit]:
        """A heading that asks the same as the question lifts its passage: "What is RAG?" over "How does RAG work?"."""
        lifted = [replace(hit, score=hit.score * (1 + HEADING_WEIGHT * self._likeness(hit))) for hit in hits]
        return sorted(lifted, key=lambda hit: hit.score, reverse=True)

    def _likeness(self, hit: Hit) -> float:
        """Dice's coefficient, by inverse document frequency, of the question and the heading or one of its clauses."""
        heading = hit.heading or hit.title
        return max(
            self._dice({*terms(clause), *({wording_term(clause)} & self._mass.keys())}) for clause in clauses(heading)
        )

    def _dice(self, found: set[str]) -> float:
        own = sum(self._mass.get(term) or self._index.inverse_document_frequency(term) for term in found)
        return 2 * self._held(found) / (own + sum(self._mass.values()))


def _statements(hit: Hit) -> list[str]:
    """The sentences of a passage without the labels above them, which would be no answer."""
    found = split_sentences(hit.text, hit.language)
    return [
        sentence
        for sentence, following in itertools.zip_longest(found, found[1:], fillvalue="")
        if not (is_label(sentence) and is_closed(following))
    ]


def _best(candidates: list[_Candidate]) -> list[_Candidate]:
    """The best few different sentences that are not much worse than the very best, in reading order."""
    different: dict[str, _Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.rank, c.place)):
        different.setdefault(candidate.text, candidate)
    least = MIN_SENTENCE_SHARE * max((candidate.score for candidate in candidates), default=0.0)
    chosen = [candidate for candidate in islice(different.values(), MAX_SENTENCES) if candidate.score >= least]
    return sorted(chosen, key=lambda c: (c.rank, c.place))
