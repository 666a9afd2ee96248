"""What goes with a deleted document: its file and its entries in the search index, after the commit."""

import functools
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from knowledge_app import index
from knowledge_app.models import Document


@receiver(post_delete, sender=Document)
def forget(instance: Document, **_: Any) -> None:
    transaction.on_commit(functools.partial(instance.file.delete, save=False), robust=True)
    transaction.on_commit(functools.partial(index.remove_document, instance.pk), robust=True)
