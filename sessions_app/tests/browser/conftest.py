"""A server with a scripted provider, and pages of a real Chromium on it that must not complain of anything."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, sync_playwright

from rtrag_site.tests.servers import Server, starting_servers

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PLAYBACK = {"DJANGO_SETTINGS_MODULE": "sessions_app.tests.browser.settings"}
SPEECH = Path(__file__).with_name("speech.js")

OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, prepared_data: Path) -> Iterator[Server]:
    """The server of all tests that do not restart it."""
    with starting_servers(tmp_path_factory.mktemp("site"), prepared_data) as start:
        yield start(PLAYBACK)


@pytest.fixture
def open_page(browser: Browser, site: Server) -> Iterator[OpenPage]:
    """Opens a page in a browser profile of its own, with scripted speech; every complaint fails the test at its end.

    Complaints are errors and warnings in the console (violations of the Content-Security-Policy among them), uncaught
    exceptions and dialogs. Expected ones are named by the start of their text in `allowed`.
    """
    complaints: list[str] = []
    contexts = []

    def open_(path: str = "/", *, url: str = "", allowed: tuple[str, ...] = (), **profile: Any) -> Page:
        context = browser.new_context(**{"locale": "en-US", **profile})
        contexts.append(context)
        context.add_init_script(path=SPEECH)
        page = context.new_page()

        def complain(text: str) -> None:
            if not text.startswith(allowed):
                complaints.append(text)

        def read(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                complain(message.text)

        def refuse(dialog: Dialog) -> None:
            complain(f"dialog: {dialog.message}")
            dialog.dismiss()

        page.on("console", read)
        page.on("pageerror", lambda error: complain(str(error)))
        page.on("dialog", refuse)
        page.goto((url or site.url) + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
