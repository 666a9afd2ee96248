"""A server with a scripted provider and its worker, and pages on it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from rtrag_site.tests.browsers import OpenPage, launching, opening_pages
from rtrag_site.tests.playback import PLAYBACK
from rtrag_site.tests.servers import Server, starting_servers


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    with launching(chromium) as browser:
        yield browser


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, prepared_data) -> Iterator[Server]:
    with starting_servers(tmp_path_factory.mktemp("site"), prepared_data) as start:
        yield start({**PLAYBACK, "BATCH_MAX_REQUEST_BYTES": "100000"}, worker=True)


@pytest.fixture
def open_page(browser: Browser, site: Server) -> Iterator[OpenPage]:
    with opening_pages(browser, site.url) as open_:
        yield open_
