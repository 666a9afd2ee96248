"""The Chinese of the admin: whole, and compiled as it is written.

After a change: `.venv/bin/pybabel compile --directory locale --domain django`.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils.translation.template import templatize

FOLDER = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES"
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2)}
APPLICATIONS = ("batch_app", "knowledge_app", "providers_app", "rtrag_site", "sessions_app")


def sources() -> Iterator[tuple[Path, str]]:
    """Every file that may hold messages, as Python."""
    for application in APPLICATIONS:
        for path in (settings.BASE_DIR / application).rglob("*.py"):
            if not {"tests", "migrations"} & set(path.parts):
                yield path, path.read_text()
    for folder in ("templates", *(f"{application}/templates" for application in APPLICATIONS)):
        for path in (settings.BASE_DIR / folder).rglob("*.html"):
            yield path, templatize(path.read_text())


def messages() -> set[str]:
    """The messages of all sources, in their singular."""
    found = set()
    for _path, text in sources():
        for _line, message, _comments, _context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            found.add(_first(message))
    return found


def pairs(catalog: Catalog) -> set[tuple[str, str]]:
    """Each message in its singular, and what it is in Chinese."""
    return {(_first(message.id), _first(message.string)) for message in catalog if message.id and message.string}


def _first(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else text[0]


def written() -> set[tuple[str, str]]:
    return pairs(read_po(io.BytesIO((FOLDER / "django.po").read_bytes())))


def test_every_message_has_a_translation() -> None:
    assert sorted(messages() - {message for message, _ in written()}) == []


def test_compiled_translations_are_those_that_are_written() -> None:
    assert pairs(read_mo(io.BytesIO((FOLDER / "django.mo").read_bytes()))) == written()


@pytest.mark.django_db
def test_admin_speaks_chinese(admin_client: Client) -> None:
    page = admin_client.get("/admin/sessions_app/realtimesession/", headers={"Accept-Language": "zh-CN"})
    assert "实时会话" in page.content.decode()
