"""`manage.py rebuild_index`: the search index anew, from the documents that are ready."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import track

from knowledge_app.index import IndexBusyError, IndexedPassage, rebuild
from knowledge_app.models import Document, Passage

CHUNK_ROWS = 500


class Command(BaseCommand):
    """Searching goes on meanwhile; indexing waits."""

    help = "Builds the search index anew from the database, beside the one in use. Heals a damaged index."

    def handle(self, *_args: object, **_options: object) -> None:
        """Rebuild and say how many passages there are."""
        ready = Document.objects.filter(state=Document.State.READY)
        documents = track(
            _stored_documents(), "Indexing", total=ready.count(), console=Console(stderr=True), transient=True
        )
        try:
            count = rebuild(documents)
        except IndexBusyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} passages are searchable")


def _stored_documents() -> Iterator[tuple[UUID, str, Sequence[IndexedPassage]]]:
    """Every ready document with its passages, never more than one of them and a few rows in memory."""
    rows = (
        Passage.objects.filter(document__state=Document.State.READY)
        .select_related("document")
        .order_by("document_id", "position")
        .iterator(chunk_size=CHUNK_ROWS)
    )
    for document, passages in groupby(rows, key=lambda row: row.document):
        yield (
            document.id,
            document.title,
            [IndexedPassage(row.position, row.heading, row.text, row.language) for row in passages],
        )
