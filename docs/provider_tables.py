"""Writes the tables of the pages about providers anew, from the code: `.venv/bin/python docs/provider_tables.py`.

They stand between `<!-- table: … -->` and `<!-- end -->`. A test finds those that are no longer true.
"""  # noqa: INP001 - a script, not a package

import html
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtrag_site.settings")
django.setup()

from django import forms  # noqa: E402 - after the set-up, as all that follow
from django.utils import translation  # noqa: E402

from providers_app.admin import wording  # noqa: E402
from providers_app.admin.options_form import PREFIX, fields_of, initial_of  # noqa: E402
from providers_app.environment import VARIABLES  # noqa: E402
from providers_app.models import ProviderConfig  # noqa: E402
from providers_app.options import ModelOptions  # noqa: E402
from providers_app.registry import KINDS, traits_of  # noqa: E402

PAGES = {DOCS / "providers.md": "en", DOCS / "providers.zh-CN.md": "zh-hans"}
TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
HEADS = {
    "kinds": ("Kind", "What it is", "Base URL", "Key", "Variables"),
    "options": ("Setting", "Name", "Default", "Meaning"),
}
HEADS_ZH = {
    "kinds": ("种类", "说明", "基础地址", "密钥", "变量"),
    "options": ("设置", "名称", "默认值", "含义"),
}
KEYS = {"none": "–", "optional": "optional", "required": "required"}
KEYS_ZH = {"none": "–", "optional": "可选", "required": "必填"}
LIMITS = (
    "connect_timeout_s",
    "first_token_timeout_s",
    "between_tokens_timeout_s",
    "total_timeout_s",
    "max_attempts",
    "max_concurrent",
    "cache_s",
    "on_midway_failure",
    "per_million_prompt_tokens",
    "per_million_completion_tokens",
    "per_request",
    "currency",
)
Row = tuple[object, ...]


def with_tables(page: str, language: str) -> str:
    """The page with its tables as the code has them."""
    with translation.override(language):
        is_chinese = language.startswith("zh")
        return TABLE.sub(lambda found: found[1] + "\n".join(_table(found[2], is_chinese)) + "\n" + found[3], page)


def _table(name: str, is_chinese: bool) -> Iterator[str]:
    heads = HEADS_ZH if is_chinese else HEADS
    if name == "kinds":
        yield from _lines(heads["kinds"], _kinds(KEYS_ZH if is_chinese else KEYS))
    else:
        yield from _lines(heads["options"], _limits() if name == "limits" else _options(name))


def _lines(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(str(cell).replace('|', '&#124;').replace('<', '&lt;') for cell in cells)} |"


def _kinds(keys: dict[str, str]) -> Iterator[Row]:
    for kind in KINDS:
        traits, names = traits_of(kind), VARIABLES[kind]
        url = f"`{traits.default_base_url}`" if traits.default_base_url else "" if traits.has_base_url else "–"
        variables = (names.key, names.base_url, *names.options.values(), names.timeout_s)
        shown = " ".join(f"`{name}`" for name in variables if name)
        yield f"`{kind}`", wording.KINDS[kind], url, keys[traits.key], shown


def _options(kind: str) -> Iterator[Row]:
    """Those that the kind has of its own; "model" stands for those of all models."""
    options = ModelOptions if kind == "model" else traits_of(kind).options
    common = () if kind == "model" or not issubclass(options, ModelOptions) else ModelOptions.__struct_fields__
    defaults = initial_of(options, {})
    for name, field in fields_of(options).items():
        if (plain := name.removeprefix(PREFIX)) in common:
            continue
        choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
        bounds = getattr(field, "min_value", None), getattr(field, "max_value", None)
        yield field.label, f"`{plain}`", _default(defaults[name]), _meaning(field.help_text, choices, bounds)


def _limits() -> Iterator[Row]:
    for name in LIMITS:
        field: Any = ProviderConfig._meta.get_field(name)  # noqa: SLF001 - Django's public way
        yield (
            field.verbose_name,
            f"`{name}`",
            _default(field.default),
            _meaning(field.help_text, field.choices or (), (None, None)),
        )


def _default(value: object) -> str:
    return "" if value in (None, "", {}) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _meaning(text: object, choices: Iterable[tuple[object, object]], bounds: tuple[object, object]) -> str:
    named = ", ".join(f"`{value}`" if value == label else f"`{value}` ({label})" for value, label in choices)
    low, high = bounds
    within = f"({low}–{high})" if high is not None else f"(≥ {low})" if low is not None else ""
    return " ".join(part for part in (html.unescape(str(text)), named, within) if part)


if __name__ == "__main__":
    for path, language in PAGES.items():
        path.write_text(with_tables(path.read_text(), language))
