"""A copy that cannot be had at first, because the database hangs."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from providers_app import live_copy
from providers_app.contract import ErrorReason
from providers_app.definition import Snapshot
from providers_app.gateway import asking
from providers_app.live_copy import LiveCopy
from providers_app.tests.scripted import said


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Set, it lets the database answer."""
    monkeypatch.setattr(live_copy, "FIRST_PATIENCE_S", 0.05)
    answers = threading.Event()
    yield answers
    answers.set()


def after(answers: threading.Event, value: Snapshot) -> Callable[[Snapshot | None], Snapshot]:
    def load(_known: Snapshot | None) -> Snapshot:
        answers.wait(10)
        return value

    return load


async def test_first_load_is_not_waited_for_without_end(hanging):
    loaded = Snapshot(revision=7)
    copy = LiveCopy(after(hanging, loaded), Snapshot)
    async with asyncio.timeout(5):
        assert await copy.current() == Snapshot()
        assert not copy.is_known
        hanging.set()
        while await copy.current() is not loaded:
            pass
    assert copy.is_known


async def test_question_is_refused_for_now_while_providers_cannot_be_read(hanging, monkeypatch):
    monkeypatch.setattr(asking, "directory", LiveCopy(after(hanging, Snapshot()), Snapshot))
    async with asyncio.timeout(5):
        events, error = await said()
    assert (events, error.reason, error.may_pass) == ([], ErrorReason.NOT_CONFIGURED, True)
