"""Sessions as files to download, made while they are sent, so that their size does not matter."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from itertools import islice
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from sessions_app.export.structured import as_csv, as_json
from sessions_app.export.transcript import as_text
from sessions_app.models import RealtimeSession

FORMATS: dict[str, tuple[str, Callable[[Iterable[RealtimeSession]], Iterator[str]]]] = {
    "json": ("application/json", as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
    "txt": ("text/plain; charset=utf-8", as_text),
}
"""By the ending of the file's name: its content type, and what writes it."""
PIECES = 200
"""How many pieces are written before they are sent."""


def download(keys: Sequence[UUID], ending: str) -> StreamingHttpResponse:
    """The sessions with these primary keys as one file; those deleted meanwhile are left out."""
    content_type, write = FORMATS[ending]
    name = f"session-{keys[0]}" if len(keys) == 1 else f"sessions-{timezone.localdate()}"
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{ending}")
    sessions = filter(None, (RealtimeSession.objects.filter(pk=key).first() for key in keys))
    return StreamingHttpResponse(
        _written(write(sessions)),
        content_type=content_type,
        headers={"Content-Disposition": disposition, "Cache-Control": "no-store"},
    )


async def _written(pieces: Iterator[str]) -> AsyncIterator[str]:
    """The pieces, several at a time; they read the database, hence the thread."""
    while text := await sync_to_async(lambda: "".join(islice(pieces, PIECES)))():
        yield text
