import pytest
from playwright.sync_api import Page, expect

from rtrag_site.tests.browsers import OpenPage, widths_that_scroll
from sessions_app.tests.browser.demo import QUESTION, answer, expect_state, hear, start_listening, wait_until_connected

WIDTHS = (320, 375, 768, 1280)
PLACEHOLDERS_CUT = """panel => [...panel.querySelectorAll("input")].filter((input) => {
  const style = getComputedStyle(input);
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.font = style.font;
  const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return pen.measureText(input.placeholder).width > room;
}).map((input) => input.name)"""
LONG_WORD = "antidisestablishmentarianism" * 6


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def is_dark(page: Page) -> bool:
    return background(page) == "rgb(19, 21, 25)"


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_no_width_needs_horizontal_scrolling(open_page: OpenPage, locale: str) -> None:
    page = open_page(locale=locale)
    wait_until_connected(page)
    assert widths_that_scroll(page, *WIDTHS) == []
    page.locator("#tab-typing").click()
    page.locator("#panel-typing [name=text]").fill(f"what is {LONG_WORD}")
    page.keyboard.press("Enter")
    expect_state(answer(page, 1), "done")
    for tab in ("meeting", "microphone", "typing", "asking"):
        page.locator(f"#tab-{tab}").click()
        assert widths_that_scroll(page, *WIDTHS) == [], tab


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_phone_shows_what_fields_are_for_and_its_header_in_two_rows(open_page: OpenPage, locale: str) -> None:
    page = open_page(locale=locale, viewport={"width": 390, "height": 844})
    page.locator("#tab-typing").click()
    page.locator("#panel-typing [name=text]").fill(QUESTION)
    page.keyboard.press("Enter")
    expect_state(answer(page, 1), "done")
    assert page.locator(".bar").evaluate("bar => bar.offsetHeight") < 100
    for tab in ("typing", "asking"):
        page.locator(f"#tab-{tab}").click()
        assert page.locator(f"#panel-{tab}").evaluate(PLACEHOLDERS_CUT) == [], tab


def test_a_question_stays_beside_its_long_answer(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1280, "height": 500})
    start_listening(page)
    hear(page, QUESTION, final=True)
    expect_state(answer(page, 1), "done")
    answer(page, 1).evaluate("card => { card.style.minHeight = '2000px' }")
    page.evaluate("scrollTo(0, 900)")
    expect(page.locator("#question-1")).to_be_in_viewport()
    asked, reply = page.locator(".asked").last.bounding_box(), answer(page, 1).bounding_box()
    assert asked
    assert reply
    assert reply["width"] > 1.5 * asked["width"]


def test_a_phone_on_its_side_keeps_most_of_its_height_for_the_conversation(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 844, "height": 390}, has_touch=True, is_mobile=True)
    start_listening(page)
    hear(page, QUESTION, final=True)
    expect_state(answer(page, 1), "done")
    for tab in ("meeting", "microphone", "typing", "asking"):
        page.locator(f"#tab-{tab}").click()
        dock = page.locator("#dock .card").bounding_box()
        assert dock
        assert dock["height"] < 390 / 3, tab


def test_the_language_follows_the_browser(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.get_by_role("heading", level=2).first).to_have_text("说出问题，答案随即出现")
    wait_until_connected(page)
    expect(page.locator("#stage")).to_have_text("正在聆听")


def test_the_chosen_language_holds_for_what_is_shown_and_is_remembered(open_page: OpenPage) -> None:
    page = open_page()
    start_listening(page)
    hear(page, QUESTION, final=True)
    expect_state(answer(page, 1), "done")
    page.get_by_role("button", name="用中文显示").click()

    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("#stage")).to_have_text("等待下一个问题")
    expect(answer(page, 1).locator(".measures")).to_contain_text("首字")
    expect(page.locator("#panel-asking input")).to_have_attribute("aria-label", "您的问题")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.goto(page.url + "docs/protocol")
    expect(page.get_by_role("heading", level=1).last).to_have_text("WebSocket 协议")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_follow_the_system_until_someone_chooses(open_page: OpenPage, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    wait_until_connected(page)
    assert is_dark(page) == (scheme == "dark")
    page.get_by_role("button", name="Dark appearance").click()
    assert is_dark(page) == (scheme == "light")
    page.reload()
    assert is_dark(page) == (scheme == "light")


def test_the_focus_is_visible(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the input")).to_be_in_viewport()
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_the_protocol_page_is_complete_without_scripts(open_page: OpenPage) -> None:
    page = open_page("/docs/protocol", java_script_enabled=False)
    for name in ("asr_chunk", "control", "ask", "keepalive", "ack", "status", "answer", "error"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def test_the_protocol_page_needs_no_horizontal_scrolling(open_page: OpenPage) -> None:
    page = open_page("/docs/protocol")
    assert widths_that_scroll(page, *WIDTHS) == []
