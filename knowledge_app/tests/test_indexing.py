from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from knowledge_app import index, library
from knowledge_app.generations import Generations
from knowledge_app.indexing import index_document
from knowledge_app.models import Document, Passage
from knowledge_app.parsing import sandbox
from knowledge_app.parsing.document import UnreadableDocumentError
from knowledge_app.parsing.reading import Reading
from knowledge_app.tests.documents import taken_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library_dir")]


def indexed(content: str, name: str = "notes.md") -> Document:
    document = taken_in(content, name)
    run(document)
    return document


def run(document: Document) -> None:
    index_document(document.pk, document.revision)
    document.refresh_from_db()


def texts(question: str) -> list[str]:
    return [hit.text for hit in index.search(question)]


def stored_files(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in (folder / "media").rglob("*") if path.is_file()}


def meanwhile(monkeypatch, interrupt) -> None:
    """Let `interrupt` happen while the next file is being read."""
    read = sandbox.read

    def interrupted(content: bytes, suffix: str) -> Reading:
        monkeypatch.setattr(sandbox, "read", read)
        reading = read(content, suffix)
        interrupt()
        return reading

    monkeypatch.setattr(sandbox, "read", interrupted)


def test_document_becomes_ready_and_findable():
    document = indexed("# Fruit\n\nApples are red.\n\n## 香蕉是什么颜色？\n\n香蕉是黄色的。\n\n香蕉也可以做蛋糕。")
    assert (document.state, document.title, document.language, document.failure) == ("ready", "Fruit", "en", "")
    assert document.indexed_at
    assert list(document.passages.values_list("position", "heading", "text", "language")) == [
        (0, "", "Apples are red.", "en"),
        (1, "香蕉是什么颜色？", "香蕉是黄色的。\n香蕉也可以做蛋糕。", "zh"),
    ]
    [hit] = index.search("apples")
    assert (hit.document_id, hit.title, hit.position) == (document.pk, "Fruit", 0)


def test_title_is_the_name_where_the_document_has_none():
    assert indexed("Words.", "holiday rules.txt").title == "holiday rules"


def test_indexing_twice_gives_one_result():
    document = indexed("# Fruit\n\nApples.")
    library.queue_again(document)
    run(document)
    index_document(document.pk, document.revision)
    assert texts("apples") == ["Apples."]
    assert Passage.objects.count() == 1


def test_second_worker_leaves_a_claimed_document_alone(monkeypatch):
    document = taken_in("Apples.")
    meanwhile(monkeypatch, lambda: index_document(document.pk, document.revision))
    run(document)
    assert (document.state, document.attempts, texts("apples")) == ("ready", 1, ["Apples."])


def test_run_of_a_former_revision_gives_way(monkeypatch):
    document = taken_in("Apples.")

    def replace_and_index() -> None:
        newer = Document.objects.get()
        library.replace(newer, "new.md", ContentFile(b"Pears."))
        run(newer)

    meanwhile(monkeypatch, replace_and_index)
    run(document)
    assert (document.state, document.revision, document.attempts) == ("ready", 2, 1)
    assert (texts("apples"), texts("pears")) == ([], ["Pears."])


def test_run_that_published_too_late_is_put_right(monkeypatch):
    document = taken_in("Apples.")
    replace_document = index.replace_document

    def late(*arguments) -> None:
        monkeypatch.setattr(index, "replace_document", replace_document)
        newer = Document.objects.get()
        library.replace(newer, "new.md", ContentFile(b"Pears."))
        run(newer)
        replace_document(*arguments)

    monkeypatch.setattr(index, "replace_document", late)
    run(document)
    assert (texts("apples"), texts("pears")) == ([], ["Pears."])


def test_document_deleted_meanwhile_leaves_nothing(monkeypatch, django_capture_on_commit_callbacks):
    document = taken_in("Apples.")
    meanwhile(monkeypatch, lambda: Document.objects.all().delete())
    with django_capture_on_commit_callbacks(execute=True):
        index_document(document.pk, document.revision)
    assert texts("apples") == []
    assert not Passage.objects.exists()


def test_failed_document_says_why_and_has_no_passages():
    document = indexed("Just words.", "broken.pdf")
    assert (document.state, document.failure) == ("failed", "This is not a PDF file: it looks like text.")
    assert (document.indexed_at, document.passages.exists(), index.passage_count()) == (None, False, 0)


def test_unreadable_replacement_leaves_the_former_text_in_use(library_dir, django_capture_on_commit_callbacks):
    document = indexed("# Fruit\n\nApples.")
    indexed_at = document.indexed_at
    for content in (b"Just words.", b"Other words."):
        with django_capture_on_commit_callbacks(execute=True):
            library.replace(document, "broken.pdf", ContentFile(content))
            run(document)
        assert document.state == "failed"
        assert document.failure == "This is not a PDF file: it looks like text. The former text stays in use."
        assert (document.title, document.indexed_at, texts("apples")) == ("Fruit", indexed_at, ["Apples."])
        assert stored_files(library_dir) == {b"# Fruit\n\nApples.", content}

    with django_capture_on_commit_callbacks(execute=True):
        library.replace(document, "pears.md", ContentFile(b"Pears."))
        run(document)
    assert (document.state, document.failure, document.former_file.name) == ("ready", "", "")
    assert (texts("apples"), texts("pears"), stored_files(library_dir)) == ([], ["Pears."], {b"Pears."})


def test_index_again_that_fails_leaves_the_former_text_in_use():
    document = indexed("Apples.")
    document.file.delete(save=False)
    library.queue_again(document)
    run(document)
    assert document.failure == "The stored file is missing: upload it again. The former text stays in use."
    assert texts("apples") == ["Apples."]


def test_lost_file_fails_clearly():
    document = taken_in("Apples.")
    document.file.delete(save=False)
    run(document)
    assert (document.state, document.failure) == ("failed", "The stored file is missing: upload it again.")


def test_locked_index_fails_clearly(library_dir, monkeypatch):
    monkeypatch.setattr("knowledge_app.generations.LOCK_TIMEOUT_S", 0)
    document = taken_in("Apples.")
    with Generations(library_dir / "index").locked():
        run(document)
    assert document.state == "failed"
    assert document.failure.endswith("run rebuild_index, then index again.")


def test_unforeseen_exception_ends_in_failed(monkeypatch, caplog):
    def broken(*_: object) -> Reading:
        raise RuntimeError("inside")

    document = taken_in("Apples.")
    monkeypatch.setattr(sandbox, "read", broken)
    run(document)
    assert document.state == "failed"
    assert "inside" not in document.failure
    assert "could not be indexed" in caplog.text


def test_reader_that_crashes_ends_in_failed(monkeypatch):
    def crashed(*_: object) -> Reading:
        raise UnreadableDocumentError("The file made its reader crash.")

    document = taken_in("Apples.")
    monkeypatch.setattr(sandbox, "read", crashed)
    run(document)
    assert (document.state, document.failure) == ("failed", "The file made its reader crash.")
