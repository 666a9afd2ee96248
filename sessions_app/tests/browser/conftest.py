"""A server with a scripted provider, and pages on it with scripted speech."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from rtrag_site.tests.browsers import OpenPage, launching, opening_pages
from rtrag_site.tests.playback import PLAYBACK
from rtrag_site.tests.servers import Server, starting_servers

SPEECH = Path(__file__).with_name("speech.js")


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    with launching(chromium) as browser:
        yield browser


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, prepared_data: Path) -> Iterator[Server]:
    """The server of all tests that do not restart it."""
    with starting_servers(tmp_path_factory.mktemp("site"), prepared_data) as start:
        yield start(PLAYBACK)


@pytest.fixture
def open_page(browser: Browser, site: Server) -> Iterator[OpenPage]:
    with opening_pages(browser, site.url, SPEECH) as open_:
        yield open_
