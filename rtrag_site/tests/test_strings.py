"""The texts of the pages: whole in both languages, and every one in use."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from batch_app.control import ACTIONS
from batch_app.entries import Problem
from batch_app.models import BatchItem, BatchTask
from sessions_app.domain.protocol import ErrorCode, Stage

STATIC = settings.BASE_DIR / "static" / "rtrag"
TEMPLATES = settings.BASE_DIR / "templates"
FOLDERS = ("strings", "batches/strings")
TEMPLATE_KEY = re.compile(r'data-t(?:-\w+)?="([\w.]+)"')
SHOWN = re.compile(r"{{ t\.([\w.]+) }}")
DYNAMIC = (
    *("stage.", "connection.", "answer.", "error.", "microphone."),
    *("state.", "problem.", "announced.", "without.", "done."),
)
"""The families of texts whose keys the scripts put together."""
FAMILIES: dict[str, Iterable[str]] = {
    "stage": Stage,
    "error": ErrorCode,
    "state": {*BatchTask.Status.values, *BatchItem.Status.values},
    "announced": BatchTask.Status.values,
    "without": BatchItem.Status.values,
    "problem": Problem,
    "done": ACTIONS,
}
"""What each text of a family stands for."""


def flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield f"{prefix}{name}", value
        else:
            yield from flat(value, f"{prefix}{name}.")


def strings(language: str) -> dict[str, str]:
    tables = [json.loads((STATIC / folder / f"{language}.json").read_text()) for folder in FOLDERS]
    return {key: text for table in tables for key, text in flat(table)}


def blanks(text: str) -> set[str]:
    return set(re.findall(r"{\w+}", text))


def templates() -> list[Path]:
    return [path for folder in ("", "sessions", "batches") for path in (TEMPLATES / folder).glob("*.html")]


def scripts() -> list[Path]:
    return [path for folder in ("", "batches") for path in (STATIC / folder).glob("*.js")]


def test_tables_of_a_page_have_no_family_in_common() -> None:
    shared, batches = (json.loads((STATIC / folder / "en.json").read_text()) for folder in FOLDERS)
    assert shared.keys() & batches.keys() == set()


def test_both_languages_have_the_same_texts_with_the_same_blanks() -> None:
    english, chinese = strings("en"), strings("zh")
    assert english.keys() == chinese.keys()
    different = {key for key, text in english.items() if blanks(text) != blanks(chinese[key])}
    assert different == set()


def test_templates_show_the_texts_that_the_browser_would_put_there() -> None:
    for template in templates():
        html = template.read_text()
        for key in TEMPLATE_KEY.findall(html):
            assert f"{{{{ t.{key} }}}}" in html, f"{template.name}: {key}"


def test_every_text_is_used_and_every_used_one_exists() -> None:
    known = strings("en").keys()
    families = "|".join({key.split(".")[0] for key in known if "." in key})
    in_scripts = re.compile(rf'"((?:{families})\.\w+|latency)"')
    used = {key for script in scripts() for key in in_scripts.findall(script.read_text())}
    used |= {key for template in templates() for key in SHOWN.findall(template.read_text())}
    assert used - known == set()
    assert {key for key in known - used if not key.startswith(DYNAMIC)} == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_member_of_a_family_has_a_text(family: str) -> None:
    assert {f"{family}.{word}" for word in FAMILIES[family]} - strings("en").keys() == set()
