import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

STATIC = settings.BASE_DIR / "static" / "rtrag"
TEMPLATES = settings.BASE_DIR / "templates"
PAGES = ("/", "/docs/protocol", "/nothing/here")
TEMPLATE_KEY = re.compile(r'data-t(?:-\w+)?="([\w.]+)"')
SHOWN = re.compile(r"{{ t\.([\w.]+) }}")
DYNAMIC = ("stage.", "connection.", "answer.", "error.", "microphone.")
"""The families of texts whose keys the scripts put together."""


def flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield f"{prefix}{name}", value
        else:
            yield from flat(value, f"{prefix}{name}.")


def strings(language: str) -> dict[str, str]:
    return dict(flat(json.loads((STATIC / "strings" / f"{language}.json").read_text())))


def blanks(text: str) -> set[str]:
    return set(re.findall(r"{\w+}", text))


def pages_templates() -> list[Path]:
    return [*TEMPLATES.glob("*.html"), *(TEMPLATES / "sessions").glob("*.html")]


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_nothing_that_the_content_security_policy_forbids(client: Client, path: str) -> None:
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    html = response.content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", html)


@pytest.mark.parametrize(
    ("wanted", "tag", "heading"),
    [
        ("en-US,en;q=0.9", "en", "Speech goes in. Answers come out."),
        ("zh-CN,zh;q=0.9", "zh-Hans", "说出问题，答案随即出现"),
        ("fr", "en", "Speech goes in. Answers come out."),
    ],
)
def test_the_demo_speaks_the_language_of_the_browser(client: Client, wanted: str, tag: str, heading: str) -> None:
    response = client.get("/", headers={"Accept-Language": wanted})
    assert f'<html lang="{tag}">' in response.content.decode()
    assert heading in response.content.decode()


def test_chosen_language_and_theme_come_with_the_page(client: Client) -> None:
    client.cookies["django_language"] = "zh-hans"
    client.cookies["rtrag_theme"] = "dark"
    response = client.get("/")
    assert '<html lang="zh-Hans" data-theme="dark">' in response.content.decode()
    assert "Cookie" in response.headers["Vary"]


def test_an_invented_theme_is_ignored(client: Client) -> None:
    client.cookies["rtrag_theme"] = '"><script>alert(1)</script>'
    assert "alert(1)" not in client.get("/").content.decode()


@pytest.mark.parametrize("path", ["/", "/docs/protocol"])
def test_pages_are_read_only(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_the_demo_knows_the_socket_and_its_limit(client: Client, settings: Any) -> None:
    settings.WS_PATH, settings.MAX_CHUNK_CHARS = "/speech", 77
    html = client.get("/").content.decode()
    assert 'data-socket="/speech"' in html
    assert 'data-maximum-characters="77"' in html


def test_both_languages_have_the_same_texts_with_the_same_blanks() -> None:
    english, chinese = strings("en"), strings("zh")
    assert english.keys() == chinese.keys()
    different = {key for key, text in english.items() if blanks(text) != blanks(chinese[key])}
    assert different == set()


def test_templates_show_the_texts_that_the_browser_would_put_there() -> None:
    for template in pages_templates():
        html = template.read_text()
        for key in TEMPLATE_KEY.findall(html):
            assert f"{{{{ t.{key} }}}}" in html, f"{template.name}: {key}"


def test_every_text_is_used_and_every_used_one_exists() -> None:
    known = strings("en").keys()
    families = "|".join({key.split(".")[0] for key in known if "." in key})
    in_scripts = re.compile(rf'"((?:{families})\.\w+|latency)"')
    used = {key for script in STATIC.glob("*.js") for key in in_scripts.findall(script.read_text())}
    used |= {key for template in pages_templates() for key in SHOWN.findall(template.read_text())}
    assert used - known == set()
    assert {key for key in known - used if not key.startswith(DYNAMIC)} == set()


@pytest.mark.parametrize("family", ["stage", "error"])
def test_every_word_of_the_protocol_has_a_text(family: str) -> None:
    from sessions_app.domain.protocol import ErrorCode, Stage

    words = {"stage": Stage, "error": ErrorCode}[family]
    assert {f"{family}.{word}" for word in words} - strings("en").keys() == set()
