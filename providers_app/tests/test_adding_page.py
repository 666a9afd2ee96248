"""The page about adding a vendor tells the truth: its adapter works, and its tests pass."""

import inspect
import re
from pathlib import Path

import pytest
from django.conf import settings

from providers_app import registry
from providers_app.contract import AnswerProvider
from providers_app.tests.vendor import FakeVendor

PAGE = (settings.BASE_DIR / "docs" / "adding-a-provider.md").read_text()
ADAPTER, LINE, TESTS = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def written_tests() -> dict[str, object]:
    found: dict[str, object] = {}
    exec(compile(TESTS, "adding-a-provider.md", "exec"), found)  # noqa: S102 - the page is ours
    return {name: test for name, test in found.items() if name.startswith("test_")}


@pytest.fixture(autouse=True)
def delphi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's adapter, under the page's line."""
    line = re.fullmatch(r'    "(\w+)": "providers_app\.adapters\.(\w+):(\w+)",\n', LINE)
    assert line is not None
    kind, module, name = line.groups()
    (tmp_path / f"{module}_of_page.py").write_text(ADAPTER)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(registry.KINDS, kind, f"{module}_of_page:{name}")


def test_adapter_of_the_page_is_a_provider() -> None:
    assert isinstance(FakeVendor().provider("delphi"), AnswerProvider)
    assert registry.traits_of("delphi").title == "Delphi"


@pytest.mark.parametrize("name", sorted(written_tests()))
async def test_test_of_the_page_passes(name: str) -> None:
    test = written_tests()[name]
    assert inspect.iscoroutinefunction(test)
    await test()


def test_page_has_tests() -> None:
    assert len(written_tests()) == TESTS.count("async def test_") == 3
