"""How log lines look.

What an exception says may hold speech, documents or secrets, so a log names its type and its place.
"""

import copy
import logging
import re
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TypeAlias

ExceptionInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
PLACES = 6
CELERY_TEXTS = frozenset({"exc", "return_value", "args", "kwargs", "traceback"})
"""What Celery says about a task by these names has been made text of already."""
WITHHELD = "[withheld]"
ASYNCIO_REPR = re.compile(r"\s*[(<\n]")
"""Where in a message of asyncio the representation of a callback, a task or a future begins."""


class DiscreetFormatter(logging.Formatter):
    """Writes an exception as its type and the innermost places it came through, wherever a record has one."""

    def format(self, record: logging.LogRecord) -> str:
        discreet = copy.copy(record)
        discreet.exc_text = None  # another formatter may have kept its own there
        if record.name == "asyncio":
            discreet.msg, discreet.args = ASYNCIO_REPR.split(record.getMessage(), maxsplit=1)[0], None
        elif isinstance(record.args, Mapping):
            discreet.args = {
                key: WITHHELD if key in CELERY_TEXTS else _named(value) for key, value in record.args.items()
            }
        elif record.args:
            discreet.args = tuple(_named(value) for value in record.args)
        return super().format(discreet)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - the name is logging's
        error = ei[1]
        if error is None:
            return ""
        places = traceback.extract_tb(ei[2])[-PLACES:]
        path = " < ".join(f"{place.filename}:{place.lineno} {place.name}" for place in reversed(places))
        return f"    {type(error).__qualname__} at {path or 'an unknown place'}"


def _named(value: Any) -> Any:
    return type(value).__qualname__ if isinstance(value, BaseException) else value
