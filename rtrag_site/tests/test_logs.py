"""Nothing that an exception says gets into a log."""

import asyncio
import gc
import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import uvloop
from celery import Celery
from django.conf import settings
from django.utils.module_loading import import_string

from rtrag_site.logs import DiscreetFormatter

logger = logging.getLogger("some.where")


def fail(words: str) -> None:
    try:
        int("words")
    except ValueError as error:
        raise TypeError(words) from error


async def fail_later(words: str) -> None:
    fail(words)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the service's log gets."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(DiscreetFormatter("%(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield runner


def assert_discreet(text: str, start: str) -> None:
    assert text.startswith(start)
    assert "TypeError at " in text
    assert "test_logs.py" in text
    assert "secret" not in text
    assert "words" not in text


def test_exception_is_logged_by_type_and_place_alone(log: io.StringIO) -> None:
    try:
        fail("a secret")
    except TypeError:
        logger.exception("It %s", "failed")
    assert_discreet(log.getvalue(), "ERROR It failed\n    TypeError at ")


def test_exception_among_the_arguments_is_logged_by_type(log: io.StringIO) -> None:
    logger.warning("It failed: %r, and %s", ValueError("a secret"), "so on")
    assert log.getvalue() == "WARNING It failed: 'ValueError', and so on\n"


def test_failing_task_of_celery_is_logged_discreetly(log: io.StringIO) -> None:
    task = Celery("test", set_as_current=False).task(name="fail")(fail)
    task.apply(("a secret",), task_id="1")
    assert_discreet(log.getvalue(), "ERROR Task fail[1] raised unexpected: [withheld]\n    TypeError at ")


def test_failing_task_of_asyncio_that_nobody_awaits_is_logged_discreetly(
    log: io.StringIO, runner: asyncio.Runner
) -> None:
    async def drop() -> None:
        await asyncio.wait([asyncio.create_task(fail_later("a secret"))])
        gc.collect()

    runner.run(drop())
    assert_discreet(log.getvalue(), "ERROR Task exception was never retrieved\n    TypeError at ")


def test_failing_callback_of_asyncio_is_logged_discreetly(log: io.StringIO, runner: asyncio.Runner) -> None:
    async def call() -> None:
        asyncio.get_running_loop().call_soon(fail, "a secret")
        await asyncio.sleep(0)

    runner.run(call())
    assert_discreet(log.getvalue(), "ERROR Exception in callback")


def test_every_handler_of_the_service_is_discreet() -> None:
    logs: dict[str, Any] = settings.LOGGING
    used = {handler["formatter"] for handler in logs["handlers"].values()}
    assert {import_string(logs["formatters"][name]["()"]) for name in used} == {DiscreetFormatter}
