from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from knowledge_app import index
from knowledge_app.models import Document
from knowledge_app.tests.documents import taken_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library_dir")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "deeper").mkdir(parents=True)
    (folder / "apples.md").write_text("# Apples\n\nApples are red.")
    (folder / "deeper" / "pears.txt").write_text("Pears are green.")
    (folder / "ignored.png").write_bytes(b"\x89PNG")
    return folder


def words(output: str) -> list[tuple[str, str]]:
    return [(line.split()[0], Path(line.split()[1].rstrip(":")).name) for line in output.splitlines()]


def test_folders_are_loaded_recursively_and_ready_at_once(folder, capsys):
    call_command("load_documents", folder)
    assert words(capsys.readouterr().out) == [("ready", "apples.md"), ("ready", "pears.txt")]
    assert [hit.text for hit in index.search("green pears")] == ["Pears are green."]


def test_second_run_leaves_what_is_unchanged_and_replaces_what_changed(folder, capsys):
    call_command("load_documents", folder, verbosity=0)
    (folder / "apples.md").write_text("# Apples\n\nApples are yellow.")
    call_command("load_documents", folder)
    assert words(capsys.readouterr().out) == [("ready", "apples.md"), ("unchanged", "pears.txt")]
    assert Document.objects.count() == 2
    assert [hit.text for hit in index.search("apples")] == ["Apples are yellow."]


def test_interrupted_document_is_loaded_again(folder, capsys):
    call_command("load_documents", folder, verbosity=0)
    Document.objects.filter(name="apples.md").update(state="indexing")
    call_command("load_documents", folder / "apples.md")
    assert words(capsys.readouterr().out) == [("ready", "apples.md")]


def test_content_that_was_uploaded_before_is_left_alone(folder, capsys):
    taken_in("Pears are green.", "uploaded.txt")
    call_command("load_documents", folder / "deeper")
    assert "unchanged" in (output := capsys.readouterr().out)
    assert "uploaded" in output


def test_any_failure_is_named_and_ends_in_an_error(folder, capsys):
    (folder / "broken.pdf").write_text("Just words.")
    with pytest.raises(CommandError, match="1 of 3 files failed"):
        call_command("load_documents", folder)
    output = capsys.readouterr().out
    assert "broken.pdf: This is not a PDF file: it looks like text." in output
    assert "ready     " + str(folder / "apples.md") in output


def test_path_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="neither a file nor a folder"):
        call_command("load_documents", tmp_path / "nothing")


def test_origin_survives_moving_the_project(settings, folder):
    settings.BASE_DIR = folder
    call_command("load_documents", folder)
    assert sorted(Document.objects.values_list("origin", flat=True)) == ["apples.md", "deeper/pears.txt"]
