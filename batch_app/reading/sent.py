"""The list of the JSON API."""

from typing import Any

from batch_app.entries import MAX_ENTRIES, Entries, Problem
from batch_app.reading.checks import Collector
from batch_app.refusals import wrong_size

FIELDS = frozenset({"text", "custom_id"})


def texts(values: list[Any]) -> Entries:
    """What was sent as `texts`: strings, or objects with `text` and perhaps `custom_id`; they count from 1.

    A field of another name is wrong, for it may be one of these two misspelt. Raises `RefusedError` for more than a
    batch may have.
    """
    if len(values) > MAX_ENTRIES:
        raise wrong_size(str(len(values)), MAX_ENTRIES)
    collector = Collector()
    for line, value in enumerate(values, start=1):
        if not isinstance(value, dict):
            collector.take(line, value)
        elif "text" not in value:
            collector.refuse(line, Problem.NO_TEXT_FIELD)
        elif not value.keys() <= FIELDS:
            collector.refuse(line, Problem.UNKNOWN_FIELD)
        else:
            collector.take(line, value["text"], value.get("custom_id"))
    return collector.entries
