"""How lists of questions come in: what was typed, sent or uploaded becomes `Entries`, with every line that is wrong."""

from batch_app.reading.files import Kind, Reading, read_file
from batch_app.reading.preview import preview
from batch_app.reading.sent import texts

__all__ = ["Kind", "Reading", "preview", "read_file", "texts"]
