"""An indexing run: a queued document's file to passages in the database and in the search index.

A run belongs to one revision of the document. Every step that others see asks first whether the revision still holds,
so of two runs one wins, and a run whose document was replaced, queued again or deleted gives way.
"""

import functools
import logging
import uuid
from collections.abc import Callable

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from knowledge_app import index
from knowledge_app.models import Document, Passage
from knowledge_app.parsing import sandbox
from knowledge_app.parsing.document import UnreadableDocumentError
from knowledge_app.parsing.reading import Reading

logger = logging.getLogger(__name__)

LANGUAGE_SAMPLE_CHARS = 1_000
HEADING_CHARS = 300
TITLE_CHARS = 200
FAILURE_CHARS = 260


def index_document(document_id: uuid.UUID, revision: int) -> None:
    """Index a document that is queued under `revision`, to `ready` or `failed`; do nothing where it is not."""
    run = Document.objects.filter(pk=document_id, revision=revision)
    queued = run.filter(state=Document.State.QUEUED)
    if not queued.update(state=Document.State.INDEXING, state_since=timezone.now(), attempts=F("attempts") + 1):
        return
    try:
        failure = _indexed(document_id, revision)
    except Exception:
        logger.exception("Document %s could not be indexed", document_id)
        failure = "Something went wrong; the log of the worker tells more."
    if not end_run(document_id, revision, failure):
        publish(document_id)  # what this run has published may be older than what the database has by now


def end_run(document_id: uuid.UUID, revision: int, failure: str = "") -> bool:
    """Close the run; return whether it was still the current one.

    A document that failed keeps the text it had; a document that is ready needs its former file no more.
    """
    run = Document.objects.filter(pk=document_id, revision=revision, state=Document.State.INDEXING)
    now = timezone.now()
    if failure:
        failure = failure[:FAILURE_CHARS] + (" The former text stays in use." if _is_findable(document_id) else "")
        return bool(run.update(state=Document.State.FAILED, state_since=now, failure=failure))
    former = run.values_list("former_file", flat=True).first()
    ended = run.update(state=Document.State.READY, state_since=now, failure="", indexed_at=now, former_file="")
    if ended and former:
        transaction.on_commit(lambda: default_storage.delete(former), robust=True)
    return bool(ended)


def publish(document_id: uuid.UUID) -> None:
    """Bring the search index to what the database has of a document, be it nothing.

    Raises `IndexBusyError` and `IndexUnreadableError`.
    """
    passages = [
        index.IndexedPassage(passage.position, passage.heading, passage.text, passage.language)
        for passage in Passage.objects.filter(document_id=document_id)
    ]
    title = Document.objects.filter(pk=document_id).values_list("title", flat=True).first()
    if passages and title is not None:
        index.replace_document(document_id, title, passages)
    else:
        index.remove_documents([document_id])


def withdraw_deleted(wait_s: float | None = None) -> None:
    """Take out of the search index what it still has of deleted documents; waits and raises as its changes do."""
    indexed = index.document_ids()  # asked first: a document is in the database before it gets into the index
    if deleted := indexed - set(Document.objects.values_list("pk", flat=True)):
        index.remove_documents(deleted, wait_s)


def _is_findable(document_id: uuid.UUID) -> bool:
    try:
        return index.holds(document_id)
    except index.IndexUnreadableError:
        return False


def _indexed(document_id: uuid.UUID, revision: int) -> str:
    """Read, store and publish; return why that failed, or nothing."""
    try:
        reading = _read(document_id)
    except UnreadableDocumentError as error:
        return error.reason
    if _store(document_id, revision, reading):
        try:
            publish(document_id)
        except (index.IndexBusyError, index.IndexUnreadableError):
            return "The search index is busy or damaged: run rebuild_index, then index again."
    return ""


def _read(document_id: uuid.UUID) -> Reading:
    document = Document.objects.filter(pk=document_id).first()
    if document is None:
        raise UnreadableDocumentError("The document was deleted.")
    try:
        with document.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise UnreadableDocumentError("The stored file is missing: upload it again.") from None
    return sandbox.read(content, document.suffix)


def _store(document_id: uuid.UUID, revision: int, reading: Reading) -> bool:
    """Put the passages read in place of the former ones, if the run is still the current one."""
    passages = [
        Passage(
            document_id=document_id,
            position=position,
            heading=heading[:HEADING_CHARS],
            text=text,
            language=_language_of(text),
        )
        for position, (heading, text) in enumerate(reading.passages)
    ]
    facts = {"language": _main_language(passages)} | ({"title": reading.title[:TITLE_CHARS]} if reading.title else {})
    with transaction.atomic():
        current = Document.objects.filter(pk=document_id, revision=revision, state=Document.State.INDEXING)
        if not current.update(**facts):
            return False
        Passage.objects.filter(document_id=document_id).delete()
        Passage.objects.bulk_create(passages, batch_size=500)
    return True


def _main_language(passages: list[Passage]) -> str:
    chinese = sum(passage.language == "zh" for passage in passages)
    return ("zh" if 2 * chinese > len(passages) else "en") if passages else ""


def _language_of(text: str) -> str:
    """Return "zh" or "en"."""
    return _classifier()(text[:LANGUAGE_SAMPLE_CHARS])[0]


@functools.cache
def _classifier() -> Callable[[str], tuple[str, float]]:
    import py3langid  # loads a model, which only those who index need

    py3langid.set_languages(["en", "zh"])
    classify: Callable[[str], tuple[str, float]] = py3langid.classify
    return classify
