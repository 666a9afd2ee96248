"""What operators do with documents: add, replace, ask for indexing anew; deleting is the rows' own `delete`."""

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from knowledge_app.models import Document, storage_name
from knowledge_app.parsing.formats import SUFFIXES

if TYPE_CHECKING:
    from django.core.files import File  # not subscriptable when running


class RefusedError(Exception):
    """A file is not taken in. `reason` is a sentence for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AlreadyThereError(RefusedError):
    """The same content is in the knowledge base already."""


def add(name: str, file: "File[bytes]", origin: str = "") -> Document:
    """Take in a file as a queued document. Raises `RefusedError`, for a file that is there already too."""
    document = Document(title=PurePath(name).stem[:200] or name[:200], origin=origin, **examine(name, file))
    document.file.save(name, file, save=False)
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:
        document.file.delete(save=False)
        raise RefusedError(_("The same file was uploaded at the same time.")) from None
    return document


def replace(document: Document, name: str, file: "File[bytes]") -> None:
    """Put another file in a document's place and queue it.

    The former text stays findable, and its file is kept, until the new one is ready. Raises `RefusedError`.
    """
    facts = examine(name, file)
    stored = document.file.storage.save(storage_name(document, name), file)
    try:
        with transaction.atomic():
            row = Document.objects.select_for_update().get(pk=document.pk)
            former = row.former_file or row.file
            Document.objects.filter(pk=document.pk).update(file=stored, former_file=former.name, **facts, **_queued())
            if row.former_file:  # so `row.file` never became ready
                transaction.on_commit(lambda: row.file.delete(save=False), robust=True)
    except (IntegrityError, Document.DoesNotExist):
        document.file.storage.delete(stored)
        raise RefusedError(_("The document was changed or deleted at the same time.")) from None
    document.refresh_from_db()


def queue_again(document: Document) -> None:
    """Ask for indexing anew; a run under way gives way."""
    Document.objects.filter(pk=document.pk).update(**_queued())
    document.refresh_from_db()


def examine(name: str, file: "File[bytes]") -> dict[str, Any]:
    """What a document's row says of a file. Raises `RefusedError` for a file that would not be taken in."""
    if PurePath(name).suffix.lower() not in SUFFIXES:
        raise RefusedError(_("Only these kinds of files can be read: %s.") % ", ".join(SUFFIXES))
    if not file.size:
        raise RefusedError(_("The file is empty."))
    if file.size > settings.MAX_DOCUMENT_BYTES:
        raise RefusedError(
            _("The file has %(size)s; the limit is %(limit)s.")
            % {"size": filesizeformat(file.size), "limit": filesizeformat(settings.MAX_DOCUMENT_BYTES)}
        )
    digest = content_hash(file)
    if twin := Document.objects.filter(content_hash=digest).first():
        raise AlreadyThereError(_("The same file is there already: %s.") % twin.title)
    return {"name": name[:255], "size": file.size, "content_hash": digest}


def content_hash(file: "File[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _queued() -> dict[str, Any]:
    return {
        "state": Document.State.QUEUED,
        "state_since": timezone.now(),
        "failure": "",
        "attempts": 0,
        "revision": F("revision") + 1,
    }
