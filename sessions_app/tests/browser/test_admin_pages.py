"""The admin's pages in a real browser: they keep to their Content-Security-Policy, and nothing said runs."""

from pathlib import Path

from playwright.sync_api import Page, expect

from rtrag_site.tests.browsers import OpenPage
from rtrag_site.tests.servers import Server
from sessions_app.tests.browser.demo import ANSWER, QUESTION, answer, ask, expect_state, say, wait_until_connected
from sessions_app.tests.operators import LIST

SCRIPT = "<script>alert(1)</script>"


def sign_in(page: Page, site: Server) -> None:
    """Sign in as the administrator whose password the server said at its first start."""
    password = site.wait_for_line("password:").split("password:")[1].split()[0]
    page.goto(f"{site.url}{LIST}")
    page.locator("[name=username]").fill("admin")
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{LIST}")


def test_every_admin_page_opens_without_complaint(open_page: OpenPage, site: Server) -> None:
    page = open_page("/admin/")
    sign_in(page, site)
    for path in (
        "/admin/",
        LIST,
        f"{LIST}?q=nothing-like-that",
        "/admin/sessions_app/listeningdefaults/",
        "/admin/knowledge_app/document/",
        "/admin/knowledge_app/document/add/",
        "/admin/auth/user/",
        "/admin/auth/user/1/change/",
        "/admin/auth/user/1/delete/",
        "/admin/password_change/",
    ):
        page.goto(site.url + path)
        expect(page.locator("#content")).to_be_visible()


def test_files_are_chosen_without_complaint(open_page: OpenPage, site: Server, tmp_path: Path) -> None:
    files = [tmp_path / "one.txt", tmp_path / "two.txt"]
    for file in files:
        file.write_text("A text.")
    page = open_page("/admin/")
    sign_in(page, site)
    page.goto(f"{site.url}/admin/knowledge_app/document/add/")
    field = page.locator("[type=file]")
    field.set_input_files(files)
    assert field.evaluate("element => element.files.length") == 2


def test_session_is_read_exported_and_deleted(open_page: OpenPage, site: Server) -> None:
    speaker = open_page()
    wait_until_connected(speaker)
    say(speaker, SCRIPT)
    ask(speaker, QUESTION)
    expect_state(answer(speaker, 1), "done")

    page = open_page("/admin/")
    sign_in(page, site)
    page.get_by_role("textbox").first.fill("alert(1)")
    page.keyboard.press("Enter")
    page.locator("#result_list tbody a").first.click()
    expect(page.locator(".timeline-segment p")).to_have_text(SCRIPT)
    expect(page.locator(".timeline-question h2")).to_have_text(QUESTION)
    expect(page.locator(".timeline-answer > p").first).to_have_text(ANSWER)
    page.get_by_text("2 sources").click()
    expect(page.locator(".timeline blockquote").first).to_have_text("Said <script>alert(3)</script> in a document.")
    expect(page.locator(".timeline details a")).to_have_attribute("href", "https://example.org/page")

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert SCRIPT in Path(download.value.path()).read_text(encoding="utf-8-sig")

    page.get_by_role("button", name="End session").click()
    expect(page.locator(".session-facts")).to_contain_text("ended by an operator")
    page.get_by_role("link", name="Delete session").click()
    expect(page.locator("#content")).to_contain_text("Segments: 1")
    page.get_by_role("button", name="Yes, I’m sure").click()
    page.wait_for_url(f"**{LIST}")
