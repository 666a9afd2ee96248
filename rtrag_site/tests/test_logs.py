"""Nothing that an exception says gets into a log."""

import logging
import sys
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from rtrag_site.logs import DiscreetFormatter


def fail() -> None:
    try:
        int("somebody's words")
    except ValueError as error:
        raise TypeError("a secret") from error


def test_exception_is_logged_by_type_and_place_alone():
    try:
        fail()
    except TypeError:
        record = logging.LogRecord("name", logging.ERROR, __file__, 1, "It failed", None, sys.exc_info())
    text = DiscreetFormatter("%(levelname)s %(message)s").format(record)
    assert text.startswith("ERROR It failed\n    TypeError at ")
    assert "test_logs.py" in text
    assert "secret" not in text
    assert "words" not in text


def test_every_handler_of_the_service_is_discreet():
    logs: dict[str, Any] = settings.LOGGING
    used = {handler["formatter"] for handler in logs["handlers"].values()}
    assert {import_string(logs["formatters"][name]["()"]) for name in used} == {DiscreetFormatter}
