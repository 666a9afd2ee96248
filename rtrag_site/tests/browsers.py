"""Pages of a real Chromium, which must not complain of anything.

The browser belongs to a package of tests: its event loop must not run where other tests have theirs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

OpenPage = Callable[..., Page]


@contextmanager
def launching(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def opening_pages(browser: Browser, site: str, *scripts: Path) -> Iterator[OpenPage]:
    """Gives a function that opens a page of `site` in a browser profile of its own, after running `scripts` in it.

    Every complaint fails the test at its end: errors and warnings in the console (violations of the
    Content-Security-Policy among them), uncaught exceptions and dialogs. Expected ones are named by the start of their
    text in `allowed`.
    """
    complaints: list[str] = []
    contexts = []

    def open_(path: str = "/", *, url: str = "", allowed: tuple[str, ...] = (), **profile: Any) -> Page:
        context = browser.new_context(**{"locale": "en-US", **profile})
        contexts.append(context)
        for script in scripts:
            context.add_init_script(path=script)
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
        page.goto((url or site) + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def widths_that_scroll(page: Page, *widths: int) -> list[int]:
    """In windows of which of these widths the page needs horizontal scrolling."""

    def scrolls(width: int) -> bool:
        page.set_viewport_size({"width": width, "height": 700})
        return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))

    return [width for width in widths if scrolls(width)]
