import re
from typing import Any

import pytest
from django.test import Client

PAGES = ("/", "/docs/protocol", "/nothing/here")


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
