"""Takes the picture of a session in the admin: `.venv/bin/python docs/screenshot_admin.py [URL of a fresh service]`.

The service must be running with its starter documents, with `DJANGO_SUPERUSER_PASSWORD` set here as it was there.
"""  # noqa: INP001 - a script, not a package

import os
import sys

from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright
from screenshots import CHROMIUM, IMAGES

MEETING_MS = 120_000
"""How long the recorded meeting may take."""
PROGRESS = "#panel-meeting progress"
IS_OVER = f"() => {{ const bar = document.querySelector('{PROGRESS}'); return bar.max > 1 && bar.value >= bar.max }}"
LIST = "admin/sessions_app/realtimesession/"


def play_meeting(browser: Browser, url: str) -> None:
    """Make a session: the recorded meeting, from its first to its last word."""
    page = browser.new_page(locale="en-US")
    page.goto(url)
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    page.locator("#panel-meeting [name=speed]").select_option("4")
    page.locator("[data-begin='0']").click()
    page.wait_for_function(IS_OVER, timeout=MEETING_MS)
    page.close()


def take(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport=ViewportSize(width=1280, height=900), locale="en-US")
    page.goto(f"{url}{LIST}")
    page.locator("[name=username]").fill(os.environ.get("DJANGO_SUPERUSER_USERNAME", "admin"))
    page.locator("[name=password]").fill(os.environ["DJANGO_SUPERUSER_PASSWORD"])
    page.keyboard.press("Enter")
    page.locator("#result_list tbody a").first.click()
    page.locator(".timeline summary").first.click()
    page.screenshot(path=IMAGES / "admin-session.png", animations="disabled")


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000/"
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        play_meeting(browser, url)
        take(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
