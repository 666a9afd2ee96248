from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from knowledge_app import library
from knowledge_app.models import Document
from knowledge_app.tests.documents import taken_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library_dir")]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_file_is_taken_in_as_a_queued_document(library_dir):
    document = taken_in("# Notes", "../Müller <b>&.md")
    assert (document.title, document.name, document.state) == ("Müller <b>&", "../Müller <b>&.md", "queued")
    assert (document.size, document.revision, document.suffix) == (7, 1, ".md")
    [stored] = files(library_dir)
    assert stored.read_text() == "# Notes"
    assert stored.is_relative_to(library_dir / "media" / "documents" / str(document.pk))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("virus.exe", b"MZ", "Only these kinds of files"),
        ("noending", b"text", "Only these kinds of files"),
        ("empty.md", b"", "empty"),
        ("large.txt", b"x" * 101, "the limit is 100"),
    ],
)
def test_file_that_cannot_be_indexed_is_refused(settings, library_dir, name, content, reason):
    settings.MAX_DOCUMENT_BYTES = 100
    with pytest.raises(library.RefusedError, match=reason):
        taken_in(content, name)
    assert not Document.objects.exists()
    assert not files(library_dir)


def test_same_content_is_told_and_not_stored_twice(library_dir):
    taken_in("# Same", "first.md")
    with pytest.raises(library.AlreadyThereError, match="first"):
        taken_in("# Same", "second.md")
    assert len(files(library_dir)) == 1


def test_same_content_at_the_same_time_is_refused_by_the_database(library_dir, monkeypatch):
    facts = library.examine("a.md", ContentFile(b"# Same"))
    taken_in("# Same")
    monkeypatch.setattr(library, "examine", lambda *_: facts)
    with pytest.raises(library.RefusedError, match="at the same time"):
        taken_in("# Same")
    assert len(files(library_dir)) == 1


def test_replacing_counts_up_and_keeps_the_former_file(library_dir, django_capture_on_commit_callbacks):
    document = taken_in("# One")
    Document.objects.update(state="failed", failure="why", attempts=3)
    with django_capture_on_commit_callbacks(execute=True):
        library.replace(document, "three.txt", ContentFile(b"Three"))
        library.replace(document, "two.txt", ContentFile(b"Two"))
    assert (document.state, document.failure, document.attempts, document.revision) == ("queued", "", 0, 3)
    assert (document.name, document.suffix, document.size) == ("two.txt", ".txt", 3)
    assert sorted(path.read_text() for path in files(library_dir)) == ["# One", "Two"]
    with document.former_file.open("rb") as former:
        assert former.read() == b"# One"


def test_replacing_a_deleted_document_leaves_no_file(library_dir, django_capture_on_commit_callbacks):
    document = taken_in("# One")
    with django_capture_on_commit_callbacks(execute=True):
        Document.objects.all().delete()
    with pytest.raises(library.RefusedError, match="deleted"):
        library.replace(document, "two.md", ContentFile(b"Two"))
    assert not [path for path in files(library_dir) if "media" in path.parts]
