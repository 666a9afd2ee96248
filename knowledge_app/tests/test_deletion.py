import pytest
from django.db import transaction

from knowledge_app import deletion, index, library
from knowledge_app.generations import Generations
from knowledge_app.indexing import index_document
from knowledge_app.models import Document
from knowledge_app.recovery import recover
from knowledge_app.tests.documents import taken_in, upload


@pytest.fixture(autouse=True)
def documents(transactional_db: None, library_dir) -> list[Document]:
    """Two documents that are indexed."""
    documents = [taken_in("Red apples.", "red.md"), taken_in("Green apples.", "green.md")]
    for document in documents:
        index_document(document.pk, document.revision)
    return documents


def found() -> int:
    return len(index.search("apples"))


def stored_files(library_dir) -> int:
    return sum(path.is_file() for path in (library_dir / "media").rglob("*"))


def test_deleting_takes_files_and_index_entries_along(documents, library_dir):
    library.replace(documents[0], "new.md", upload("new.md", "Pears."))
    assert stored_files(library_dir) == 3
    documents[0].delete()
    assert (found(), stored_files(library_dir)) == (1, 1)
    Document.objects.all().delete()
    assert (found(), stored_files(library_dir)) == (0, 0)


def test_undone_deletion_keeps_files_and_index_entries(library_dir):
    with transaction.atomic():
        Document.objects.all().delete()
        transaction.set_rollback(True)
    assert (found(), stored_files(library_dir)) == (2, 2)


@pytest.mark.usefixtures("dead_broker")
def test_deleting_with_a_busy_index_and_no_broker_leaves_the_entries_to_recovery(library_dir, monkeypatch):
    monkeypatch.setattr(deletion, "INDEX_WAIT_S", 0.1)
    with Generations(library_dir / "index").locked():
        Document.objects.all().delete()
    assert (Document.objects.count(), stored_files(library_dir), found()) == (0, 0, 2)
    recover()
    assert found() == 0
