"""The knowledge base's rows: the truth from which the search index is derived."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """An uploaded document and how far its indexing has come."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        INDEXING = "indexing", _("indexing")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    file = models.FileField(upload_to="documents/%Y/%m/")
    content_hash = models.CharField(max_length=64, db_index=True, help_text=_("SHA-256 of the file"))
    language = models.CharField(max_length=8, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED, db_index=True)
    failure = models.CharField(max_length=300, blank=True, help_text=_("why indexing failed"))
    revision = models.PositiveIntegerField(
        default=1, help_text=_("counts up when the file is replaced; older indexing runs then give way")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    indexed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.title


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
