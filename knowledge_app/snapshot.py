"""Reading the search index: its fields, and what one committed state of it answers."""

import math
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import msgspec
import tantivy

from knowledge_app.analysis import terms
from knowledge_app.wording import wording_terms

MAX_QUERY_TERMS = 256
TITLE_WEIGHT = 2


class IndexUnreadableError(Exception):
    """The index on disk is damaged; a rebuild heals it."""


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as it goes into the index. `position` counts from 0 inside the document."""

    position: int
    heading: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with its BM25 score."""

    document_id: uuid.UUID
    title: str
    position: int
    heading: str
    text: str
    language: str
    score: float = 0.0


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_bytes_field("hit", stored=True)
    return builder.build()


SCHEMA = _schema()
_HITS = msgspec.msgpack.Decoder(Hit)


@contextmanager
def damage_reported() -> Iterator[None]:
    """Turn what the engine raises on a damaged index into `IndexUnreadableError`."""
    try:
        yield
    except (ValueError, OSError, RuntimeError, msgspec.DecodeError) as error:
        raise IndexUnreadableError(str(error)) from error
    except BaseException as error:
        # A Rust panic arrives as an exception whose class cannot be imported and that is no `Exception`.
        if type(error).__name__ != "PanicException":
            raise
        raise IndexUnreadableError(str(error)) from error


def entry(document_id: uuid.UUID, title: str, passage: IndexedPassage) -> tantivy.Document:
    """The index entry of a passage; all that an answer needs is stored in it."""
    hit = Hit(document_id, title, passage.position, passage.heading, passage.text, passage.language)
    headline = title if passage.heading in {"", title} else f"{title} {passage.heading}"
    found = [*terms(headline) * TITLE_WEIGHT, *terms(passage.text), *wording_terms(passage.heading)]
    return tantivy.Document(
        document=str(document_id), language=passage.language, terms=" ".join(found), hit=msgspec.msgpack.encode(hit)
    )


class Snapshot:
    """One committed state of the index; an absent one is like an empty one."""

    def __init__(self, folder: Path | None) -> None:
        with damage_reported():
            self._searcher = tantivy.Index.open(str(folder)).searcher() if folder else None

    @property
    def passage_count(self) -> int:
        return self._searcher.num_docs if self._searcher else 0

    def document_ids(self) -> set[uuid.UUID]:
        """The documents that have passages. Raises `IndexUnreadableError`."""
        if not self._searcher:
            return set()
        with damage_reported():
            # Without a filter the engine lists terms of removed passages too, until it merges its segments.
            found = self._searcher.terms_with_prefix("document", "", filter_query=tantivy.Query.all_query())
        return {uuid.UUID(document_id) for document_id, _ in found}

    def holds(self, document_id: uuid.UUID) -> bool:
        """Whether the document has passages. Raises `IndexUnreadableError`."""
        if not self._searcher:
            return False
        with damage_reported():
            query = _term_query("document", str(document_id), "basic")
            return bool(self._searcher.search(query, 1, count=False).hits)

    def passages_with(self, term: str) -> int:
        return self._searcher.doc_freq("terms", term) if self._searcher else 0

    def inverse_document_frequency(self, term: str) -> float:
        """How much `term` tells, as BM25 weighs it; most for a term that no passage has."""
        holding = self.passages_with(term)
        return math.log(1 + (max(self.passage_count - holding, 0) + 0.5) / (holding + 0.5))

    def find(self, weights: Mapping[str, float], limit: int, language: str = "") -> list[Hit]:
        """The best passages for terms and their weights, best first; of one `language` only where it is given.

        Raises `IndexUnreadableError`.
        """
        if not (self._searcher and weights):
            return []
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.boost_query(_term_query("terms", term, "freq"), weight))
                for term, weight in islice(weights.items(), MAX_QUERY_TERMS)
            ]
        )
        if language:
            only = tantivy.Query.const_score_query(_term_query("language", language, "basic"), 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, only)])
        with damage_reported():
            found = self._searcher.search(query, limit, count=False).hits
            return [
                replace(_HITS.decode(self._searcher.doc(address)["hit"][0]), score=score) for score, address in found
            ]


def _term_query(field: str, value: str, index_option: str) -> tantivy.Query:
    return tantivy.Query.term_query(SCHEMA, field, value, index_option)
