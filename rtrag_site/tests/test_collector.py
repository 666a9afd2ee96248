"""Processes that live long spare the collector what they have loaded."""

import gc
from collections.abc import Iterator

import pytest
from celery.signals import worker_process_init

from rtrag_site.asgi import application
from rtrag_site.celery import app
from rtrag_site.collector import spare_what_is_loaded
from sessions_app.domain.questions import load_detector


@pytest.fixture
def thawed() -> Iterator[None]:
    """Whatever the tests froze is looked at again."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_process_of_a_worker_is_spared_what_is_loaded() -> None:
    assert app.conf.task_routes
    worker_process_init.send(sender=None)
    assert gc.get_freeze_count() > 10_000


def test_web_process_is_spared_it_once_all_is_loaded() -> None:
    begins_with = application.application_mapping["lifespan"]._on_startup
    assert begins_with[:2] == [load_detector, spare_what_is_loaded]
