"""The operators' pages about providers have the settings that there are."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings

from providers_app.registry import KINDS

DOCS: Path = settings.BASE_DIR / "docs"


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("provider_tables", DOCS / "provider_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("page", "language"), [("providers.md", "en"), ("providers.zh-CN.md", "zh-hans")])
def test_tables_are_those_of_the_code(tables: ModuleType, page: str, language: str) -> None:
    text = (DOCS / page).read_text()
    assert tables.with_tables(text, language) == text, "Run docs/provider_tables.py"
    shown = {name for _begin, name, _end in tables.TABLE.findall(text)}
    assert shown == {"kinds", "model", "limits", *KINDS} - {"knowledge", "context"}


def test_tables_show_titles_defaults_and_bounds(tables: ModuleType) -> None:
    (shown,) = (
        line
        for line in tables.with_tables("<!-- table: serper -->\n<!-- end -->", "en").splitlines()
        if "`num`" in line
    )
    assert shown == "| Number of results | `num` | `5` | More than 10 cost twice. (1–20) |"
