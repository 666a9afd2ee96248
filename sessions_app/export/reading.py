"""Reading what is exported, a part at a time."""

from collections.abc import Iterator

from sessions_app.models import RealtimeSession, TranscriptSegment
from sessions_app.timeline import Entry, Timeline

PART = 500
"""How many entries are read at a time."""


def timeline(session: RealtimeSession) -> Iterator[Entry]:
    """Everything said and asked up to now."""
    entries = Timeline(session.pk)
    for start in range(0, len(entries), PART):
        yield from entries[start : start + PART]


def segments(session: RealtimeSession) -> Iterator[TranscriptSegment]:
    """Everything said up to now."""
    rows = session.segments.order_by("index")
    found = list(rows[:PART])
    while found:
        yield from found
        found = list(rows.filter(index__gt=found[-1].index)[:PART])
