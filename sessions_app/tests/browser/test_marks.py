"""Verdicts are marked in a real browser: with one click, where one is, and without the page's script too."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from rtrag_site.tests.browsers import OpenPage
from rtrag_site.tests.servers import Server
from sessions_app.tests.browser.demo import QUESTION, answer, expect_state, say, wait_until_connected
from sessions_app.tests.browser.test_admin_pages import sign_in

LINES = 30
FAILED = ("Failed to load resource",)


def open_session(open_page: OpenPage, site: Server, word: str, **profile: Any) -> Page:
    """The page of a session in which many things were said, and a question last."""
    speaker = open_page()
    wait_until_connected(speaker)
    for number in range(LINES):
        say(speaker, f"{word} number {number}")
    say(speaker, QUESTION)
    expect_state(answer(speaker, 1), "done")
    page = open_page("/admin/", **profile)
    sign_in(page, site)
    page.goto(f"{site.url}/admin/sessions_app/realtimesession/?q={word}")
    page.locator("#result_list tbody a").first.click()
    return page


def verdict(page: Page, index: int) -> Locator:
    return page.locator(f"#segment-{index} .verdict")


def give_other_words(page: Page, index: int, words: str) -> None:
    """With the keyboard alone."""
    page.locator(f"#segment-{index} summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type(words)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(verdict(page, index)).to_contain_text(f"a question, but other words: “{words}” · admin · ")


def scrolled(page: Page) -> float:
    """How far, whatever it is that scrolls."""
    top: float = page.locator(f"#segment-{LINES}").evaluate("element => element.getBoundingClientRect().top")
    return top


def test_verdict_is_marked_with_a_key_where_one_is(open_page: OpenPage, site: Server) -> None:
    page = open_session(open_page, site, "zebra", viewport={"width": 1280, "height": 700})
    page.evaluate("window.isTheSamePage = true")
    right = verdict(page, LINES).get_by_role("button", name="Mark as right")
    expect(page.get_by_role("link", name="Marks")).to_be_hidden()
    right.focus()
    before = scrolled(page)
    page.keyboard.press("Enter")
    expect(verdict(page, LINES)).to_contain_text("right · admin · ")
    expect(right).to_have_attribute("aria-pressed", "true")
    expect(right).to_be_focused()
    assert abs(scrolled(page) - before) < 2
    expect(page.get_by_role("link", name="Marks")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(verdict(page, LINES)).to_contain_text("not a question · admin · ")
    page.keyboard.press("Space")
    expect(verdict(page, LINES)).not_to_contain_text("admin")
    expect(page.get_by_role("link", name="Marks")).to_be_hidden()
    assert page.evaluate("window.isTheSamePage")
    verdict(page, LINES).get_by_role("button", name="Mark as no question").click()
    expect(verdict(page, LINES)).to_contain_text("not a question · admin · ")
    page.reload()
    expect(verdict(page, LINES)).to_contain_text("not a question · admin · ")
    with page.expect_download() as download:
        page.get_by_role("link", name="Marks").click()
    assert '"label": 0' in download.value.path().read_text()


def test_verdict_is_marked_without_the_script_and_the_page_opens_there(open_page: OpenPage, site: Server) -> None:
    page = open_session(open_page, site, "giraffe", allowed=FAILED)
    page.route("**/marks*.js", lambda route: route.abort())
    page.reload()
    give_other_words(page, 10, "What is a giraffe?")
    verdict(page, 20).get_by_role("button", name="Mark as right").click()
    expect(verdict(page, 20)).to_contain_text("right · admin · ")
    assert page.url.endswith("#segment-20")
    expect(verdict(page, 20)).to_be_in_viewport()


def test_question_in_other_words_is_marked_where_it_is_and_no_more(open_page: OpenPage, site: Server) -> None:
    page = open_session(open_page, site, "okapi")
    page.evaluate("window.isTheSamePage = true")
    give_other_words(page, LINES, "How do I switch to Dify?")
    opened = verdict(page, LINES).locator("summary")
    expect(opened).to_be_focused()
    expect(verdict(page, LINES).get_by_role("textbox")).to_be_hidden()
    opened.click()
    verdict(page, LINES).get_by_role("button", name="Take the mark away").click()
    expect(verdict(page, LINES)).not_to_contain_text("admin")
    opened.click()
    verdict(page, LINES).get_by_role("textbox").fill("")
    verdict(page, LINES).get_by_role("button", name="Mark as right").click()
    expect(verdict(page, LINES)).to_contain_text("right · admin · ")
    assert page.evaluate("window.isTheSamePage")


def test_words_that_say_nothing_are_refused_at_their_field(open_page: OpenPage, site: Server) -> None:
    page = open_session(open_page, site, "quagga", allowed=FAILED)
    shown = verdict(page, LINES)
    shown.locator("summary").click()
    words = shown.get_by_role("textbox")
    words.fill(" ? ")
    shown.get_by_role("button", name="Mark", exact=True).click()
    expect(words).to_be_focused()
    assert "Write the words of the question" in words.evaluate("field => field.validationMessage")
    words.fill("what is dify")
    shown.get_by_role("button", name="Mark", exact=True).click()
    expect(shown).to_contain_text("other words: “what is dify” · admin · ")


@pytest.mark.parametrize("failure", [503, "offline"])
def test_mark_goes_the_plain_way_where_the_script_fails(open_page: OpenPage, site: Server, failure: int | str) -> None:
    page = open_session(open_page, site, f"lion{failure}", allowed=FAILED)
    tried = []

    def refuse(route, request):
        if "fragment" not in (request.post_data or ""):
            route.continue_()
            return
        tried.append(request.url)
        if failure == "offline":
            route.abort()
        else:
            route.fulfill(status=503)

    page.route("**/mark", refuse)
    verdict(page, 3).get_by_role("button", name="Mark as a question that was missed").click()
    expect(verdict(page, 3)).to_contain_text("a question was missed · admin · ")
    assert len(tried) == 1
