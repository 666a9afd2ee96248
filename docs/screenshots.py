"""Takes the pictures of the documentation anew: `.venv/bin/python docs/screenshots.py [URL of a fresh service]`.

The service must be running with its starter documents. `TEST_CHROMIUM` names another browser than Debian's Chromium.
"""  # noqa: INP001 - a script, not a package

import os
import sys
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

CHROMIUM = os.environ.get("TEST_CHROMIUM", "/usr/bin/chromium")
IMAGES = Path(__file__).parent / "images"
IS_SAID = "words => document.querySelector('.partial .words')?.textContent.startsWith(words)"


class Picture(NamedTuple):
    """The demo page, playing the recorded meeting until somebody says `until`."""

    name: str
    locale: str
    scheme: Literal["light", "dark"]
    until: str
    height: int

    def take(self, browser: Browser, url: str) -> None:
        viewport = ViewportSize(width=1280, height=self.height)
        context = browser.new_context(viewport=viewport, locale=self.locale, color_scheme=self.scheme)
        page = context.new_page()
        page.goto(url)
        expect(page.locator("#connection")).to_have_attribute("data-state", "open")
        page.locator("#panel-meeting [name=speed]").select_option("4")
        page.locator("[data-begin='0']").click()
        page.wait_for_function(IS_SAID, arg=self.until, polling="raf", timeout=60_000)
        page.screenshot(path=IMAGES / f"{self.name}.png", animations="disabled")
        context.close()


PICTURES = (
    Picture("demo", "en-US", "light", "this is fine for the support team they have almost no time", 1080),
    Picture("demo-zh", "zh-CN", "dark", "对了昨天有人一直在说检索增", 940),
)


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000/"
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            picture.take(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
