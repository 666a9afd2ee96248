"""The texts of the pages, which the server renders and the browser switches."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

FOLDER = settings.BASE_DIR / "static" / "rtrag" / "strings"


def texts() -> dict[str, Any]:
    """The texts in the language of the current request."""
    return _read("zh" if (get_language() or "").startswith("zh") else "en")


@cache
def _read(language: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return table
