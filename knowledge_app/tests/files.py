"""Small files of every kind, made when a test needs them."""

import io
import zipfile
from collections.abc import Iterable

import docx
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

ZH_SENTENCE = "语音识别把说话变成文字。"


def docx_file() -> bytes:
    document = docx.Document()
    document.add_heading("Returns", level=0)
    document.add_heading("How long may I wait?", level=1)
    document.add_paragraph("Thirty days.")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Country", "Days", "France", "14"), strict=True):
        cell.text = text
    document.add_paragraph("After the table.")
    return saved(document)


def saved(document: object) -> bytes:
    output = io.BytesIO()
    document.save(output)  # type: ignore[attr-defined]
    return output.getvalue()


def zip_file(parts: Iterable[tuple[str, bytes]]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return output.getvalue()


def with_part(docx_content: bytes, name: str, content: bytes) -> bytes:
    """A Word document with one part exchanged or added."""
    with zipfile.ZipFile(io.BytesIO(docx_content)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()} | {name: content}
    return zip_file(parts.items())


def pdf_file(*lines: str, bookmark: str = "") -> bytes:
    """One page with the lines below each other; without lines, an empty page as a scanner makes it."""
    writer = PdfWriter()
    page = writer.add_blank_page(600, 800)
    if lines:
        page[NameObject("/Resources")] = _dictionary(Font=_dictionary(F1=_unicode_font()))
        stream = DecodedStreamObject()
        shown = " T* ".join(f"<{line.encode('utf-16-be').hex()}> Tj" for line in lines)
        stream.set_data(f"BT /F1 12 Tf 16 TL 50 700 Td {shown} ET".encode())
        page[NameObject("/Contents")] = stream
    if bookmark:
        writer.add_outline_item(title=bookmark, page_number=0)
    return written(writer)


def _unicode_font() -> DictionaryObject:
    """A font that every viewer knows, written as Chinese office software does."""
    collection = {"Registry": TextStringObject("Adobe"), "Ordering": TextStringObject("GB1")}
    system = _dictionary(**collection, Supplement=NumberObject(2))
    names = {"Type": NameObject("/Font"), "BaseFont": NameObject("/STSong-Light")}
    descendant = _dictionary(**names, Subtype=NameObject("/CIDFontType0"), CIDSystemInfo=system)
    return _dictionary(
        **names,
        Subtype=NameObject("/Type0"),
        Encoding=NameObject("/UniGB-UTF16-H"),
        DescendantFonts=ArrayObject([descendant]),
    )


def _dictionary(**entries: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})


def encrypted(pdf: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt(password, "owner", algorithm="AES-256")
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()
