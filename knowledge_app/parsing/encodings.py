"""Bytes of a text file to text, in the encodings that Chinese and English text comes in."""

import codecs
import io
import re

import charset_normalizer

from knowledge_app.parsing import kinds
from knowledge_app.parsing.document import UnreadableDocumentError

_ANY_BYTES = "cp1252"
"""Nearly everything can be read in it, so that this alone says nothing."""
_ENCODINGS = ["utf_8", "gb18030", "big5", "utf_16", "utf_16_le", "utf_16_be", _ANY_BYTES]
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROL_SHARE = 0.001
_PIECE = 1_048_576


def decode(content: bytes, expected: str, declared: str = "") -> str:
    """The text of `content`; `declared` is the encoding that the file itself names.

    Raises `UnreadableDocumentError` for anything but text, saying that it is not `expected`.
    """
    encoding = encoding_of(content, declared)
    text = content.decode(encoding) if encoding else ""
    if encoding is None or kinds.is_document_in_text_form(content) or _is_binary(text):
        raise kinds.misnamed(content, expected)
    if not text.strip():
        raise UnreadableDocumentError("There is no text in it.")
    return text


def encoding_of(content: bytes, declared: str = "") -> str | None:
    """The encoding in which all of `content` can be read, or None; `declared` is the one that the file itself names."""
    for encoding in ("utf_8_sig", declared, "utf_16" if content.startswith(_UTF_16_MARKS) else ""):
        if _is_in(content, encoding):
            return encoding
    telling = _telling_lines(content)
    guess = _guess(telling) if len(telling) < len(content) else None
    if guess and guess != _ANY_BYTES and _is_in(content, guess):
        return guess
    return _guess(content)


def _telling_lines(content: bytes) -> bytes:
    """The first lines that have more than ASCII in them, about `_PIECE` of them: the others are alike everywhere."""
    lines = bytearray()
    place = 0
    while len(lines) < _PIECE and (found := _NOT_ASCII.search(content, place)):
        start, end = content.rfind(b"\n", place, found.start()), content.find(b"\n", found.start())
        end = len(content) if end < 0 else end + 1
        lines += content[max(start + 1, place) : end]
        place = end
    return bytes(lines)


def _guess(content: bytes) -> str | None:
    """It takes long for much content, and no other thread runs meanwhile."""
    best = charset_normalizer.from_bytes(content, cp_isolation=_ENCODINGS).best()
    return best.encoding if best else None


def _is_in(content: bytes, encoding: str) -> bool:
    """Whether `content` can be read so, found out piece by piece, for the whole text may be four times as large."""
    try:
        text = io.TextIOWrapper(io.BytesIO(content), encoding)
        while text.read(_PIECE):
            pass
    except (LookupError, ValueError):
        return False
    return True


def _is_binary(text: str) -> bool:
    return "\0" in text or len(_CONTROL.findall(text)) > _CONTROL_SHARE * len(text)
