"""Sessions as files to download."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils import timezone

from providers_app.download import download as download_file
from sessions_app.export.marks import as_marks
from sessions_app.export.structured import as_csv, as_json
from sessions_app.export.transcript import as_text
from sessions_app.models import RealtimeSession
from sessions_app.selection import has_marks

MARKS = "jsonl"
"""The export that holds marked verdicts alone."""
FORMATS: dict[str, tuple[str, Callable[[Iterable[RealtimeSession]], Iterator[str]]]] = {
    "json": ("application/json", as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
    "txt": ("text/plain; charset=utf-8", as_text),
    MARKS: ("application/jsonl", as_marks),
}
"""By the ending of the file's name: its content type, and what writes it."""


def download(keys: Sequence[UUID], ending: str) -> StreamingHttpResponse:
    """The sessions with these primary keys as one file; those deleted meanwhile are left out."""
    one, several = ("marks", "marks") if ending == MARKS else ("session", "sessions")
    name = f"{one}-{keys[0]}" if len(keys) == 1 else f"{several}-{timezone.localdate()}"
    return _as_file(name, ending, _still_there(keys))


def download_marks() -> StreamingHttpResponse:
    """What is marked in all sessions."""
    return _as_file(f"marks-{timezone.localdate()}", MARKS, marked_sessions())


def marked_sessions() -> Iterator[RealtimeSession]:
    """Those in which something is marked, the oldest first."""
    keys = RealtimeSession.objects.filter(has_marks()).order_by("started_at").values_list("pk", flat=True)
    return _still_there(list(keys))


def _as_file(name: str, ending: str, sessions: Iterable[RealtimeSession]) -> StreamingHttpResponse:
    content_type, write = FORMATS[ending]
    return download_file(f"{name}.{ending}", content_type, write(sessions))


def _still_there(keys: Iterable[UUID]) -> Iterator[RealtimeSession]:
    return filter(None, (RealtimeSession.objects.filter(pk=key).first() for key in keys))
