"""JSONL: in every line an object, or a string that is the question itself."""

import json
from typing import Any, TextIO

from batch_app.entries import Problem
from batch_app.reading.checks import Collector
from batch_app.reading.columns import ID_NAMES, TEXT_NAMES, find
from batch_app.reading.decoding import LongLine, lines_of


def read(text: TextIO, collector: Collector, column: str, id_column: str) -> tuple[str, ...]:
    """Read all lines that are not blank; the fields of the first object.

    `column` and `id_column` are names of fields, "" for those that are known. Other fields are of no concern.
    """
    fields: tuple[str, ...] = ()
    for number, line in lines_of(text):
        if isinstance(line, LongLine):
            collector.refuse(number, Problem.TOO_LONG)
        elif line.strip():
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                collector.refuse(number, Problem.NOT_JSON)
                continue
            if isinstance(value, dict):
                fields = fields or tuple(value)
                _take_object(collector, number, value, column, id_column)
            else:
                collector.take(number, value)
    return fields


def _take_object(collector: Collector, line: int, value: dict[str, Any], column: str, id_column: str) -> None:
    name = column or find(value, TEXT_NAMES)
    if name not in value:
        collector.refuse(line, Problem.NO_TEXT_FIELD)
        return
    custom_id = value.get(id_column or find(value, ID_NAMES))
    is_number = isinstance(custom_id, int) and not isinstance(custom_id, bool)
    collector.take(line, value[name], str(custom_id) if is_number else custom_id)
