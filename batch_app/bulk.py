"""Writes the questions of a batch, without a model's instance for each."""

from collections.abc import Iterable, Iterator
from typing import Any

from batch_app.entries import Entry
from batch_app.models import BatchItem, BatchTask
from providers_app import rows

_PLACES = {field.name: place for place, field in enumerate(rows.written_fields(BatchItem))}
_VARYING = tuple(_PLACES[name] for name in ("index", "custom_id", "text"))


def insert(task: BatchTask, entries: Iterable[Entry]) -> None:
    """Put the questions on record, unasked, numbered from 0 on."""
    rows.insert(BatchItem, _parameters(task, entries))


def _parameters(task: BatchTask, entries: Iterable[Entry]) -> Iterator[list[Any]]:
    (blank,) = rows.parameters(BatchItem, [BatchItem(task=task, due_at=task.created_at)])
    at_index, at_custom_id, at_text = _VARYING
    for index, entry in enumerate(entries):
        blank[at_index], blank[at_custom_id], blank[at_text] = index, entry.custom_id, entry.text
        yield blank.copy()
