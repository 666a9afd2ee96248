import pytest

from knowledge_app.parsing.document import TERM_LEVEL, Block, UnreadableDocumentError
from knowledge_app.parsing.formats import parse
from knowledge_app.tests.files import docx_file, encrypted, pdf_file, with_part, zip_file

ZH = "这是一份关于实时语音识别与检索的说明文档。用户可以提问，系统会回答。"
ZH_TRADITIONAL = "這是一份關於即時語音辨識與檢索的說明文件。使用者可以提問，系統會回答。"


def blocks(content: bytes | str, suffix: str) -> list[tuple[str, int]]:
    document = parse(content.encode() if isinstance(content, str) else content, suffix)
    return [(block.text, block.level) for block in document.blocks]


def failure(content: bytes, suffix: str) -> str:
    with pytest.raises(UnreadableDocumentError) as caught:
        parse(content, suffix)
    return caught.value.reason


def test_markdown_gives_headings_lists_tables_and_code_as_a_reader_sees_them():
    source = """# Guide

Two *soft*
lines with `code` and [a link](http://example.com).

## Part
- one
- two

| a | b |
|---|---|
| 1 | 2 |

```
x = 1
```
<script>alert(1)</script>
"""
    assert blocks(source, ".md") == [
        ("Guide", 1),
        ("Two soft lines with code and a link.", 0),
        ("Part", 2),
        ("one", 0),
        ("two", 0),
        ("a | b", 0),
        ("1 | 2", 0),
        ("x = 1", 0),
    ]


def test_markdown_head_names_the_title_and_is_no_text():
    document = parse(b'---\ntitle: "My notes"\ntags: [x]\n---\nText.', ".md")
    assert (document.title, document.blocks) == ("My notes", (Block("Text."),))


def test_title_is_the_highest_heading_only_where_it_stands_alone():
    assert parse(b"# One\n\n## Two\n\n## Three", ".md").title == "One"
    assert parse(b"# One\n\n# Two\n\ntext", ".md").title == ""


def test_markdown_joins_chinese_lines_without_a_space():
    assert blocks("语音识别\n很快。", ".md") == [("语音识别很快。", 0)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ZH, "utf-8"),
        (ZH, "utf-8-sig"),
        (ZH, "gb18030"),
        (ZH, "utf-16"),
        (ZH, "utf-16-le"),
        (ZH_TRADITIONAL, "big5"),
        (ZH_TRADITIONAL, "utf-16-be"),
        ("“Café” – naïve words about things that have happened.", "cp1252"),
    ],
)
def test_text_is_read_in_its_encoding(text, encoding):
    assert blocks(text.encode(encoding), ".txt") == [(text, 0)]


def test_wrapped_lines_become_paragraphs_and_short_ones_stay():
    source = "A line that fills the width of the page and goes on\nin the next one.\nShort\nLines\n\n1. one\n2. two"
    assert blocks(source, ".txt") == [
        ("A line that fills the width of the page and goes on in the next one.", 0),
        ("Short", 0),
        ("Lines", 0),
        ("1. one", 0),
        ("2. two", 0),
    ]


def test_html_gives_what_a_reader_sees():
    source = """<html><head><title>T &amp; x</title><style>p {}</style></head><body><nav>Menu</nav>
        <h1>Head</h1>Intro <b>bold</b>&nbsp;text<br>line two<div>out<p>in</p>after</div>
        <table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td><p>2</p></td></tr></table>
        <dl><dt>Term</dt><dd>Meaning</dd></dl><pre>x
  y</pre><script>alert(1)</script><details><summary>How?</summary>So.</details></body></html>"""
    assert parse(source.encode(), ".html").title == "T & x"
    assert blocks(source, ".html") == [
        ("Head", 1),
        ("Intro bold text\nline two", 0),
        ("out", 0),
        ("in", 0),
        ("after", 0),
        ("a | b", 0),
        ("1 | 2", 0),
        ("Term", TERM_LEVEL),
        ("Meaning", 0),
        ("x\n  y", 0),
        ("How?", TERM_LEVEL),
        ("So.", 0),
    ]


def test_html_is_read_in_the_encoding_that_it_declares():
    source = "<meta charset=big5><p>語音</p>".encode("big5")
    assert blocks(source, ".html") == [("語音", 0)]


def test_html_may_nest_deeper_than_python_recurses():
    assert blocks(b"<div>" * 3000 + b"deep", ".html") == [("deep", 0)]


def test_docx_keeps_tables_in_their_place_and_merged_cells_once():
    assert blocks(docx_file(), ".docx") == [
        ("Returns", 1),
        ("How long may I wait?", 2),
        ("Thirty days.", 0),
        ("Country | Days", 0),
        ("France | 14", 0),
        ("After the table.", 0),
    ]


def test_pdf_is_read_in_chinese_with_bookmarks_as_headings():
    lines = ("退货", "语音识别把说话变成文字，它能听懂中英两种语言，并且", "很快。", "短句。")
    content = pdf_file(*lines, bookmark="退货")
    assert blocks(content, ".pdf") == [
        ("退货", 1),
        ("语音识别把说话变成文字，它能听懂中英两种语言，并且很快。", 0),
        ("短句。", 0),
    ]


def test_pdf_that_only_forbids_changes_is_read():
    assert blocks(encrypted(pdf_file("Text."), ""), ".pdf") == [("Text.", 0)]


def test_characters_that_no_database_stores_are_dropped():
    assert blocks("x" * 2000 + "\x01y\x7f", ".md") == [("x" * 2000 + "y", 0)]


@pytest.mark.parametrize(
    ("content", "suffix", "reason"),
    [
        (b"", ".txt", "There is no text in it."),
        (b" \n ", ".md", "There is no text in it."),
        (b"<p> </p>", ".html", "There is no text in it."),
        (bytes(range(256)) * 20, ".txt", "This is not a text file: it looks like binary data of an unknown kind."),
        (
            b"\x89PNG\r\n\x1a\n" + bytes(64),
            ".md",
            "This is not a Markdown file: it looks like Portable Network Graphics file.",
        ),
        (b"%PDF-1.7\n%\n", ".txt", "This is not a text file: it looks like a PDF file."),
        (b"Just words.", ".pdf", "This is not a PDF file: it looks like text."),
        (b"Just words.", ".docx", "This is not a Word document (.docx): it looks like text."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            ".docx",
            "This is not a Word document (.docx): it looks like an old or an encrypted Office file.",
        ),
    ],
)
def test_what_is_no_document_is_refused_with_what_it_looks_like(content, suffix, reason):
    assert failure(content, suffix) == reason


def test_misnamed_office_files_are_told_apart():
    workbook = zip_file([("[Content_Types].xml", b""), ("xl/workbook.xml", b"")])
    assert "an Excel workbook" in failure(workbook, ".docx")
    assert "a ZIP archive" in failure(zip_file([("a.txt", b"")]), ".docx")
    assert "a Word document" in failure(docx_file(), ".pdf")
    assert "cut-off" in failure(docx_file()[:-500], ".docx")


def test_encrypted_pdf_says_so():
    assert "encrypted" in failure(encrypted(pdf_file("Text."), "secret"), ".pdf")


def test_pdf_without_text_is_taken_for_a_scan():
    assert "scanned" in failure(pdf_file(), ".pdf")


def test_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = with_part(docx_file(), "word/media/image1.png", bytes(301_000_000))
    assert len(bomb) < 1_000_000
    assert "unpack" in failure(bomb, ".docx")


def test_xml_entities_are_not_expanded():
    body = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "/etc/passwd">]>
        <w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
        <w:p><w:r><w:t>before &b; &f; after</w:t></w:r></w:p></w:body></w:document>"""
    [(text, _)] = blocks(with_part(docx_file(), "word/document.xml", body), ".docx")
    assert "root:" not in text
    assert "haha" not in text
