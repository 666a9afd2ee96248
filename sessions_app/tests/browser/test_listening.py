"""The knobs of the demo page: what a person sets, what the server says holds, and what becomes of it."""

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from rtrag_site.tests.browsers import OpenPage, widths_that_scroll
from sessions_app.tests.browser.demo import QUESTION, answer, command, expect_state, say, wait_until_connected


def knob(page: Page, label: str) -> Locator:
    return page.get_by_role("form").get_by_label(label)


def turn_knobs(page: Page) -> None:
    """Open the panel, once there is a session to be listened to."""
    wait_until_connected(page)
    command(page, "Listening").click()


def expect_holding(page: Page) -> None:
    expect(page.locator("#listening [role=status]")).to_have_text("The session is listened to like this.")


def remembered(page: Page) -> Any:
    return json.loads(page.evaluate("localStorage.getItem('rtrag_listening')") or "null")


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    page = open_page()
    turn_knobs(page)
    return page


def test_panel_shows_what_holds_and_hides_again(page: Page) -> None:
    expect_holding(page)
    expect(knob(page, "Sensitivity")).to_be_focused()
    expect(knob(page, "Sensitivity")).to_have_value("balanced")
    expect(knob(page, "Questions in")).to_have_value("zh,en")
    expect(knob(page, "Said again within (s)")).to_have_value("60")
    expect(knob(page, "Who may ask")).to_have_value("")
    expect(knob(page, "Answer only what is known")).to_be_checked()
    toggle = command(page, "Listening")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    toggle.press("Enter")
    expect(page.locator("#listening")).to_be_hidden()
    expect(toggle).to_have_attribute("aria-expanded", "false")


def test_what_is_set_holds_is_remembered_and_given_up_for_the_defaults(page: Page) -> None:
    knob(page, "Sensitivity").select_option("Precise")
    knob(page, "Questions in").select_option("Chinese")
    knob(page, "Said again within (s)").fill("0")
    knob(page, "Who may ask").fill(" Ada， Bo, Ada ,")
    knob(page, "Who may ask").press("Enter")
    knob(page, "Answer requests too").uncheck()
    expect_holding(page)
    chosen = {
        "sensitivity": "precise",
        "languages": ["zh"],
        "dedup_window_s": 0,
        "speakers": ["Ada", "Bo"],
        "requests": False,
    }
    assert remembered(page) == chosen
    expect(knob(page, "Who may ask")).to_have_value("Ada, Bo")

    page.reload()
    turn_knobs(page)
    expect_holding(page)
    expect(knob(page, "Sensitivity")).to_have_value("precise")
    expect(knob(page, "Who may ask")).to_have_value("Ada, Bo")
    expect(command(page, "Listening")).to_have_attribute("data-changed", "true")
    say(page, QUESTION)
    expect(page.locator(".segment:not(.unsent) .words")).to_have_text(QUESTION)
    expect(page.locator(".answer")).to_have_count(0)

    page.get_by_role("button", name="Defaults").click()
    expect(knob(page, "Sensitivity")).to_have_value("balanced")
    expect(knob(page, "Who may ask")).to_have_value("")
    expect(knob(page, "Answer requests too")).to_be_checked()
    assert remembered(page) is None
    say(page, QUESTION)
    expect_state(answer(page, 1), "done")


def test_what_is_set_is_said_again_after_each_new_connection_before_anything_else(open_page: OpenPage) -> None:
    page = open_page(allowed=("WebSocket connection to",))
    sockets: list[WebSocketRoute] = []
    frames: list[dict[str, Any]] = []

    def connected(route: WebSocketRoute) -> None:
        sockets.append(route)
        server = route.connect_to_server()

        def send(frame: str | bytes) -> None:
            frames.append(json.loads(frame))
            server.send(frame)

        route.on_message(send)

    page.route_web_socket("**/ws/*", connected)
    page.reload()
    turn_knobs(page)
    knob(page, "Sensitivity").select_option("Eager")
    expect_holding(page)
    frames.clear()
    before = len(sockets)
    sockets[-1].close(code=1012)
    expect(page.locator("#connection")).to_have_attribute("data-state", "waiting")
    knob(page, "Answer requests too").uncheck()
    expect(page.locator("#listening [role=status]")).to_have_text("Waiting for the service …")
    say(page, QUESTION)
    wait_until_connected(page)
    expect_holding(page)
    expect_state(answer(page, 1), "done")
    assert len(sockets) > before
    assert frames[0] == {"type": "options", "sensitivity": "eager", "requests": False}
    expect(knob(page, "Sensitivity")).to_have_value("eager")
    expect(knob(page, "Answer requests too")).not_to_be_checked()


def test_panel_follows_the_client_into_another_session_and_back(open_page: OpenPage) -> None:
    page = open_page(allowed=("WebSocket connection to",))
    servers: list[WebSocketRoute] = []
    page.route_web_socket("**/ws/*", lambda route: servers.append(route.connect_to_server()))
    with page.expect_websocket():
        page.reload()
    turn_knobs(page)
    expect(knob(page, "Sensitivity")).to_have_value("balanced")
    servers[-1].send(json.dumps({"type": "keepalive", "session_id": "one"}))
    servers[-1].send(json.dumps({"type": "options", "sensitivity": "eager", "session_id": "two"}))
    expect(knob(page, "Sensitivity")).to_have_value("eager")
    servers[-1].send(json.dumps({"type": "keepalive", "session_id": "one"}))
    expect(knob(page, "Sensitivity")).to_have_value("balanced")


def test_what_somebody_is_typing_is_left_alone_by_what_the_server_says(page: Page) -> None:
    expect_holding(page)
    knob(page, "Who may ask").press_sequentially("Ada, B")
    page.locator("#listening [name=sensitivity]").evaluate(
        "field => { field.value = 'eager'; field.dispatchEvent(new Event('change', { bubbles: true })) }"
    )
    expect(command(page, "Listening")).to_have_attribute("data-changed", "true")
    expect(knob(page, "Who may ask")).to_have_value("Ada, B")


def test_what_the_server_would_not_take_is_not_sent_or_not_kept(page: Page) -> None:
    knob(page, "Said again within (s)").fill("-1")
    knob(page, "Said again within (s)").press("Tab")
    assert remembered(page) is None
    knob(page, "Who may ask").fill("x" * 65)
    knob(page, "Who may ask").press("Enter")
    expect(page.locator("#notices")).to_contain_text("could not use a message")
    expect(knob(page, "Who may ask")).to_have_value("")
    assert remembered(page) is None


@pytest.mark.parametrize("kept", ["nonsense", "[1]", '{"unheard": "of"}', "null"])
def test_what_this_browser_remembers_wrongly_does_no_harm(open_page: OpenPage, kept: str) -> None:
    page = open_page()
    page.evaluate("kept => localStorage.setItem('rtrag_listening', kept)", kept)
    page.reload()
    turn_knobs(page)
    expect_holding(page)
    expect(page.locator("#notices")).to_be_empty()


def test_a_question_heard_meanwhile_is_ignored_and_asked_all_the_same(page: Page) -> None:
    knob(page, "While answering").select_option("the next one is ignored")
    expect_holding(page)
    say(page, "what is endless")
    expect_state(answer(page, 1), "streaming")
    say(page, QUESTION)
    expect_state(answer(page, 2), "ignored")
    page.keyboard.press("Escape")
    expect_state(answer(page, 1), "stopped")
    answer(page, 2).get_by_role("button", name="Answer anyway").click()
    expect_state(answer(page, 2), "done")
    expect(page.locator(".answer")).to_have_count(2)


CUT_OFF = """selects => selects.flatMap((select) => {
    const style = getComputedStyle(select);
    const pen = new OffscreenCanvas(1, 1).getContext("2d");
    pen.font = style.font;
    const arrow = 20;
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow;
    return [...select.options].map(({ text }) => text).filter((text) => pen.measureText(text).width > room);
})"""


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_panel_leaves_most_of_a_phone_to_the_conversation_and_cuts_nothing_off(
    open_page: OpenPage, locale: str
) -> None:
    page = open_page(locale=locale, viewport={"width": 390, "height": 844})
    wait_until_connected(page)
    page.locator("#listening-toggle").click()
    panel = page.locator("#listening")
    assert panel.evaluate("panel => panel.scrollHeight <= panel.clientHeight")
    assert page.locator(".dock .card").evaluate("card => card.offsetHeight / innerHeight") < 0.45
    for width, height in ((390, 844), (375, 667), (360, 740), (320, 568), (844, 390)):
        page.set_viewport_size({"width": width, "height": height})
        assert panel.locator("select").evaluate_all(CUT_OFF) == []
        assert page.locator(".dock").evaluate("dock => dock.getBoundingClientRect().top") > height / 4
    page.set_viewport_size({"width": 390, "height": 844})
    panel.locator(".close").click()
    expect(panel).to_be_hidden()
    expect(page.locator("#listening-toggle")).to_be_focused()
    expect(page.locator("#panel-meeting")).to_be_visible()


def test_escape_closes_the_panel_and_cancels_no_answer(page: Page) -> None:
    say(page, "what is endless")
    expect_state(answer(page, 1), "streaming")
    knob(page, "Who may ask").press_sequentially("Ada")
    page.keyboard.press("Escape")
    expect(page.locator("#listening")).to_be_hidden()
    expect(command(page, "Listening")).to_be_focused()
    expect(command(page, "Listening")).to_have_attribute("aria-expanded", "false")
    assert remembered(page) == {"speakers": ["Ada"]}
    expect_state(answer(page, 1), "streaming")
    page.keyboard.press("Enter")
    expect(knob(page, "Sensitivity")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(command(page, "Listening")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#listening")).to_be_hidden()
    page.keyboard.press("Escape")
    expect_state(answer(page, 1), "stopped")


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_no_width_needs_horizontal_scrolling(open_page: OpenPage, locale: str) -> None:
    page = open_page(locale=locale)
    wait_until_connected(page)
    page.locator("#listening-toggle").click()
    expect(page.locator("#listening")).to_be_visible()
    page.locator("#tab-typing").click()
    assert widths_that_scroll(page, 320, 375, 768, 1280) == []
