"""Search indexes for tests."""

import uuid

import pytest

from knowledge_app import index
from knowledge_app.analysis import language_of
from knowledge_app.index import IndexedPassage


@pytest.fixture
def data_dir(settings, tmp_path):
    """A data folder of the test's own, in which there is no index yet."""
    settings.DATA_DIR = tmp_path
    yield tmp_path
    index._reader.cache_clear()


def passage(text: str, heading: str = "", position: int = 0) -> IndexedPassage:
    return IndexedPassage(position, heading, text, language_of(text))


def add_document(title: str, *passages: IndexedPassage) -> uuid.UUID:
    document_id = uuid.uuid4()
    index.replace_document(document_id, title, passages)
    return document_id
