"""What tests of documents share: files taken in, and tasks that run at once."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from knowledge_app import library
from knowledge_app.models import Document
from rtrag_site.celery import app


@pytest.fixture
def library_dir(settings, data_dir):
    """A data folder of the test's own for files and index."""
    settings.MEDIA_ROOT = data_dir / "media"
    return data_dir


@pytest.fixture
def eager_tasks():
    """Tasks run where they are sent."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def dead_broker(monkeypatch):
    """A broker to which nobody can connect."""
    monkeypatch.setitem(app.conf, "broker_write_url", "amqp://127.0.0.1:1//")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)  # of the broker that was


def taken_in(content: bytes | str, name: str = "notes.md") -> Document:
    return library.add(name, ContentFile(content.encode() if isinstance(content, str) else content))


def upload(name: str, content: bytes | str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
