"""What somebody sees of a file before it is handed in."""

from typing import Any

from batch_app.entries import lines_view
from batch_app.reading.files import Reading

ROWS = 20
CELL_CHARS = 100
"""How much of a cell of the first row is shown."""


def preview(reading: Reading) -> dict[str, Any]:
    """The first questions, how many there are, which columns they come from, and every line that is wrong."""
    entries = reading.entries
    return {
        "kind": reading.kind,
        "columns": list(reading.columns),
        "column": reading.column,
        "id_column": reading.id_column,
        "first_row": [cell[:CELL_CHARS] for cell in reading.first_row],
        "count": len(entries.good),
        "rows": [{"custom_id": each.custom_id, "text": each.text} for each in entries.good[:ROWS]],
        "bad": lines_view(entries.bad),
    }
