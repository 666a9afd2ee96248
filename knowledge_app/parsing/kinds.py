"""What a file really is, whatever its name says."""

import io
import zipfile

import puremagic

from knowledge_app.parsing.document import UnreadableDocumentError

_OFFICE_FOLDERS = {
    "word": "a Word document (.docx)",
    "xl": "an Excel workbook (.xlsx)",
    "ppt": "PowerPoint slides (.pptx)",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCUMENTS_IN_TEXT_FORM = (b"%PDF-", b"{\\rtf", b"%!PS")


def misnamed(content: bytes, expected: str) -> UnreadableDocumentError:
    """The error for content that is not the kind of file that its name says."""
    return UnreadableDocumentError(f"This is not {expected}: it looks like {_looks_like(content)}.")


def is_document_in_text_form(content: bytes) -> bool:
    """Whether `content` decodes as text but is made for a viewer."""
    return content.startswith(_DOCUMENTS_IN_TEXT_FORM)


def _looks_like(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return "a PDF file"
    if content.startswith(_OLE):
        return "an old or an encrypted Office file"
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _zip_kind(content)
    if content.startswith(b"PK"):
        return "a damaged or cut-off Office file or ZIP archive"
    try:
        best = puremagic.magic_string(content)[0]
    except (puremagic.PureError, ValueError):
        return "text" if _is_ascii_text(content) else "binary data of an unknown kind"
    return f"{best.name or best.extension}".strip()


def _zip_kind(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            folders = {name.partition("/")[0] for name in archive.namelist()}
    except zipfile.BadZipFile:
        return "a damaged ZIP archive"
    return next((kind for folder, kind in _OFFICE_FOLDERS.items() if folder in folders), "a ZIP archive")


def _is_ascii_text(content: bytes) -> bool:
    return content.isascii() and b"\0" not in content
