import io
import sys

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from knowledge_app.parsing import sandbox
from knowledge_app.parsing.document import UnreadableDocumentError
from knowledge_app.tests.files import docx_file, pdf_file, with_part, written


def failure(content: bytes, suffix: str) -> str:
    with pytest.raises(UnreadableDocumentError) as caught:
        sandbox.read(content, suffix)
    return caught.value.reason


def test_child_gives_title_and_passages():
    reading = sandbox.read(docx_file(), ".docx")
    assert reading.title == "Returns"
    [(heading, text)] = reading.passages
    assert heading == "How long may I wait?"
    assert text.startswith("Thirty days.\nCountry | Days")


def test_foreseen_failure_reaches_the_caller():
    assert failure(b"words", ".pdf") == "This is not a PDF file: it looks like text."


def test_damaged_file_is_a_failure():
    assert failure(b"%PDF-1.7 and nothing else", ".pdf") == "The file is damaged: it cannot be read."
    assert failure(with_part(docx_file(), "word/document.xml", b"<a><b>"), ".docx").startswith("The file is damaged")


def test_child_that_hangs_is_killed(monkeypatch):
    monkeypatch.setattr(sandbox, "WALL_LIMIT_S", 0.2)
    assert failure(b"<div>" * 100_000, ".html") == "Reading it takes longer than allowed."


def test_page_that_unpacks_to_more_than_is_reasonable_is_a_failure():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_file("Text."))))
    stream = DecodedStreamObject()
    stream.set_data(b" " * 100_000_000 + b"BT (x) Tj ET")
    writer.pages[0][NameObject("/Contents")] = stream.flate_encode()
    bomb = written(writer)
    assert len(bomb) < 1_000_000
    assert failure(bomb, ".pdf")


def test_child_knows_no_secrets(monkeypatch, tmp_path):
    child = tmp_path / "child"
    child.write_text("""#!/bin/sh\nprintf '{"title": "secret:%s"}' "$SECRET_KEY" """)
    child.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(child))
    monkeypatch.setenv("SECRET_KEY", "of the service")
    assert sandbox.read(b"", ".md").title == "secret:"


def test_text_of_too_many_passages_is_a_failure():
    assert "too long" in failure(b"# a\n" * 30_000, ".md")
