"""How sessions are listened to whose clients say nothing else, as operators have set it."""

import re
from typing import Any

import msgspec

from providers_app.live_copy import LiveCopy
from sessions_app.domain.options import SessionOptions
from sessions_app.models import ListeningDefaults

ROW = 1
"""The key of the only row."""
_BORDER = re.compile("[,，、;；]")


def options_of(row: ListeningDefaults) -> SessionOptions:
    """The row as sessions take it. Raises `msgspec.ValidationError` where that cannot be."""
    return read_options(
        {
            "sensitivity": row.sensitivity,
            "requests": row.requests,
            "languages": [name for name, counts in (("zh", row.chinese), ("en", row.english)) if counts],
            "speakers": names_in(row.speakers) or "all",
            "dedup_window_s": row.dedup_window_s,
            "while_answering": row.while_answering,
            "only_known": row.only_known,
        }
    )


def names_in(speakers: str) -> list[str]:
    """The different names in a text, which lines, commas or semicolons set apart, those of Chinese too."""
    return list(dict.fromkeys(name for part in _BORDER.sub("\n", speakers).splitlines() if (name := part.strip())))


def read_options(fields: dict[str, Any]) -> SessionOptions:
    """Options from their stored form. Raises `msgspec.ValidationError`."""
    return msgspec.convert(fields, SessionOptions)


def load(_known: SessionOptions | None = None) -> SessionOptions:
    """Read them from the database; nothing set means the built-in ones."""
    row = ListeningDefaults.objects.filter(pk=ROW).first()
    return options_of(row) if row else SessionOptions()


defaults = LiveCopy(load, SessionOptions)
