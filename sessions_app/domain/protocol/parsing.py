"""A frame in, a client message or a typed rejection out."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from sessions_app.domain.options import SUPPORTED, TAKES
from sessions_app.domain.protocol.client import (
    Action,
    Ask,
    AsrChunk,
    BatchWatch,
    ClientMessage,
    Control,
    Feedback,
    Keepalive,
    Options,
)
from sessions_app.domain.protocol.codes import ERROR_MEANINGS, ErrorCode

KNOWN_TYPES = frozenset(kind.kind for kind in (Keepalive, AsrChunk, Control, Ask, Feedback, BatchWatch, Options))
_decode: Callable[[str], ClientMessage] = msgspec.json.Decoder(ClientMessage).decode
_decode_anything = msgspec.json.Decoder().decode
_field_in_error = re.compile(r"`\$\.(\w+)|required field `(\w+)`")
_unknown_field = re.compile(r"unknown field `(.*)`", re.DOTALL)


class Rejection(Exception):  # noqa: N818 - the name is the protocol's, an answer rather than a fault
    """A frame that cannot be taken; `code`, `message` and `details` are fit for the client."""

    def __init__(self, code: ErrorCode, message: str = "", **details: Any) -> None:
        self.code = code
        self.message = message or ERROR_MEANINGS[code]
        self.details = details
        super().__init__(self.message)


def parse(frame: str | bytes, *, max_text_chars: int) -> ClientMessage:
    """Read one frame; binary ones hold UTF-8. Raises `Rejection` for whatever the contract does not know."""
    try:
        text = frame if isinstance(frame, str) else frame.decode()
        message = _decode(text)
    except msgspec.ValidationError as error:
        raise _explain(text, error) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Rejection(ErrorCode.INVALID_JSON) from None
    if isinstance(message, (AsrChunk, Ask)) and len(message.text) > max_text_chars:
        raise Rejection(ErrorCode.MESSAGE_TOO_LARGE, field="text", limit=max_text_chars)
    return message


def _explain(text: str, error: msgspec.ValidationError) -> Rejection:
    """Which rejection a frame deserves that is not one of the known messages."""
    try:
        frame = _decode_anything(text)
    except msgspec.ValidationError:  # a number that no type here could hold
        return _wrong_field(error)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Rejection(ErrorCode.INVALID_JSON)
    if not isinstance(frame, dict):
        return Rejection(ErrorCode.INVALID_JSON)
    kind = frame.get("type")
    if isinstance(kind, str) and kind not in KNOWN_TYPES:
        return Rejection(ErrorCode.UNSUPPORTED_TYPE, supported=sorted(KNOWN_TYPES))
    if kind == Control.kind and isinstance(frame.get("action"), str) and frame["action"] not in set(Action):
        return Rejection(ErrorCode.UNKNOWN_ACTION, supported=[str(action) for action in Action])
    return _wrong_field(error)


def _wrong_field(error: msgspec.ValidationError) -> Rejection:
    if unknown := _unknown_field.search(str(error)):
        options = ", ".join(f"`{option}`" for option in TAKES)
        words = f"There is no such option; there are {options}."
        return Rejection(ErrorCode.INVALID_MESSAGE, words, field=unknown[1], supported=list(TAKES))
    named = _field_in_error.search(str(error))
    field = (named[1] or named[2]) if named else "type"
    words = f"The field `{field}` is missing or has the wrong type or shape."
    if field in TAKES:
        words = f"The option `{field}` takes {TAKES[field]}."
    values = {"supported": list(SUPPORTED[field])} if field in SUPPORTED else {}
    return Rejection(ErrorCode.INVALID_MESSAGE, words, field=field, **values)
