"""What tests of every application share: the services of the machine, and whole servers to test against."""

import os

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # how long an example takes says how busy the machine is

pytest_plugins = [
    "providers_app.tests.scripted",
    "providers_app.tests.openai_client",
    "providers_app.tests.door",
    "sessions_app.tests.asking",
    "batch_app.tests.batches",
    "rtrag_site.tests.services",
    "rtrag_site.tests.servers",
    "knowledge_app.tests.documents",
    "knowledge_app.tests.indexes",
]

LONGEST = "batch_app/tests/test_kills.py"


def pytest_configure() -> None:
    """Serve no static files in the tests' own process: each client would look for all of them anew."""
    django_settings.SERVESTATIC_USE_FINDERS = django_settings.SERVESTATIC_USE_STATIC_ROOT = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: at the end of a run nobody could help with it."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_runtest_teardown() -> None:
    """Begin each test with the usual language: a request leaves its own active, as only the next one changes it."""
    translation.deactivate()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests of whole servers wait for them much of the time."""
    return (os.cpu_count() or 1) + 1
