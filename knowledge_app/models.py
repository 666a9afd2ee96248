"""The knowledge base's rows: the truth from which the search index is derived."""

import uuid
from pathlib import PurePath
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def storage_name(document: "Document", name: str) -> str:
    """Where a document's file lies: a new place for each file, made of nothing that the operator typed."""
    return f"documents/{document.id}/{uuid.uuid4().hex}{PurePath(name).suffix.lower()}"


class Document(models.Model):
    """An uploaded document and how far its indexing has come."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        INDEXING = "indexing", _("indexing")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=200)
    name = models.CharField(_("file name"), max_length=255, help_text=_("as it was uploaded"))
    origin = models.CharField(
        max_length=1000, blank=True, help_text=_("the path that it was loaded from; a changed file there replaces it")
    )
    file = models.FileField(upload_to=storage_name, max_length=255)
    former_file = models.FileField(
        max_length=255, blank=True, help_text=_("the file before a replacement, kept until the new one is indexed")
    )
    size = models.PositiveBigIntegerField(_("size"), default=0, help_text=_("of the file, in bytes"))
    content_hash = models.CharField(max_length=64, help_text=_("SHA-256 of the file"))
    language = models.CharField(_("language"), max_length=8, blank=True, help_text=_("of most of its text"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    state_since = models.DateTimeField(_("since"), default=timezone.now)
    failure = models.CharField(_("failure"), max_length=300, blank=True, help_text=_("why indexing failed"))
    revision = models.PositiveIntegerField(
        default=1, help_text=_("counts up when indexing is asked for anew; older indexing runs then give way")
    )
    attempts = models.PositiveSmallIntegerField(default=0, help_text=_("runs begun since indexing was asked for"))
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    indexed_at = models.DateTimeField(_("indexed"), null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["state", "state_since"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["content_hash"], condition=~models.Q(content_hash=""), name="document_content_is_unique"
            ),
            models.UniqueConstraint(
                fields=["origin"], condition=~models.Q(origin=""), name="document_origin_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def suffix(self) -> str:
        """The ending of the file's name, which says what kind of file it is."""
        return PurePath(self.file.name or "").suffix


class Passage(models.Model):
    """A piece of a document, small enough to be shown as a source."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField(help_text=_("counts from 0 inside the document"))
    heading = models.CharField(max_length=300, blank=True, help_text=_("the heading that the passage stands under"))
    text = models.TextField()
    language = models.CharField(max_length=8)

    class Meta:
        ordering: ClassVar = ["document", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "position"], name="passage_position_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} #{self.position}"
