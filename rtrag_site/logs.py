"""How log lines look.

What an exception says may hold speech, documents or secrets, so a log names its type and its place.
"""

import logging
import traceback
from types import TracebackType
from typing import TypeAlias

ExceptionInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
PLACES = 6


class DiscreetFormatter(logging.Formatter):
    """Writes an exception as its type and the innermost places it came through, on the line of its record."""

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - the name is logging's
        error = ei[1]
        if error is None:
            return ""
        places = traceback.extract_tb(ei[2])[-PLACES:]
        path = " < ".join(f"{place.filename}:{place.lineno} {place.name}" for place in reversed(places))
        return f"    {type(error).__qualname__} at {path or 'an unknown place'}"
