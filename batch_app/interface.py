"""The texts of the pages: those that all pages of the service share, and those of batches."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override

from providers_app.wording import REASONS

STATIC = settings.BASE_DIR / "static" / "rtrag"
FOLDERS = ("strings", "batches/strings")
"""The browser merges the same: `static/rtrag/i18n.js`."""
LANGUAGES = {"en": "en", "zh": "zh-hans"}
"""The languages of the pages, and their names in Django."""


def texts() -> dict[str, Any]:
    """The texts in the language of the current request."""
    return _read("zh" if (get_language() or "").startswith("zh") else "en")


@cache
def _read(language: str) -> dict[str, Any]:
    tables = [json.loads((STATIC / folder / f"{language}.json").read_text(encoding="utf-8")) for folder in FOLDERS]
    return {name: text for table in tables for name, text in table.items()}


@cache
def reasons() -> str:
    """Why a provider could not answer, in words of every language, as JSON for the browser."""
    words = {}
    for language, name in LANGUAGES.items():
        with override(name):
            words[language] = {str(reason): str(text) for reason, text in REASONS.items()}
    return json.dumps(words, ensure_ascii=False)
