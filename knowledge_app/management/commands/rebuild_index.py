"""`manage.py rebuild_index`: the search index anew, from the documents in the database."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from rich.console import Console
from rich.progress import track

from knowledge_app.index import IndexBusyError, IndexedPassage, rebuild
from knowledge_app.models import Passage

CHUNK_ROWS = 500


class Command(BaseCommand):
    """Searching goes on meanwhile; indexing waits."""

    help = "Builds the search index anew from the database, beside the one in use. Heals a damaged index."

    def handle(self, *_args: object, **_options: object) -> None:
        """Rebuild and say how many passages there are."""
        total = Passage.objects.aggregate(documents=Count("document", distinct=True))["documents"]
        documents = track(_stored_documents(), "Indexing", total=total, console=Console(stderr=True), transient=True)
        try:
            count = rebuild(documents)
        except IndexBusyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} passages are searchable")


def _stored_documents() -> Iterator[tuple[UUID, str, Sequence[IndexedPassage]]]:
    """Every document that has passages, with them; never more than one document and a few rows in memory.

    One that is being indexed anew, or could not be, counts with the text it had.
    """
    rows = (
        Passage.objects.select_related("document").order_by("document_id", "position").iterator(chunk_size=CHUNK_ROWS)
    )
    for document, passages in groupby(rows, key=lambda row: row.document):
        yield (
            document.id,
            document.title,
            [IndexedPassage(row.position, row.heading, row.text, row.language) for row in passages],
        )
