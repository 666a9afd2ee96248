import pytest
from playwright.sync_api import Page, expect

from rtrag_site.tests.browsers import OpenPage
from sessions_app.tests.browser.demo import (
    ANSWER,
    QUESTION,
    answer,
    ask,
    command,
    expect_state,
    say,
    wait_until_connected,
)

ENDLESS = "what is endless"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    page = open_page()
    wait_until_connected(page)
    return page


def test_what_makes_no_sense_is_disabled(page: Page) -> None:
    for name in ("Ask now", "Cancel answer"):
        expect(command(page, name)).to_be_disabled()
    for name in ("Pause", "End"):
        expect(command(page, name)).to_be_enabled()


def test_a_running_answer_is_cancelled_with_escape(page: Page) -> None:
    say(page, ENDLESS)
    expect_state(answer(page, 1), "streaming")
    page.keyboard.press("Escape")
    expect_state(answer(page, 1), "stopped")
    expect(command(page, "Cancel answer")).to_be_disabled()
    expect(answer(page, 1).locator(".content")).to_have_text("The first sentence")


def test_a_second_question_waits_for_the_running_answer(page: Page) -> None:
    say(page, ENDLESS)
    expect_state(answer(page, 1), "streaming")
    ask(page, QUESTION)
    expect_state(answer(page, 2), "noticed")
    command(page, "Cancel answer").click()
    expect_state(answer(page, 2), "done")
    expect(answer(page, 2).locator(".content")).to_have_text(ANSWER)


def test_a_question_too_many_leaves_out_the_oldest_that_waits(page: Page) -> None:
    say(page, ENDLESS)
    expect_state(answer(page, 1), "streaming")
    for _ in range(9):
        ask(page, QUESTION)
    expect_state(answer(page, 2), "dropped")
    expect_state(answer(page, 3), "noticed")
    expect_state(answer(page, 1), "streaming")
    expect(page.locator("#turns .answer")).to_have_count(10)


def test_ask_now_interrupts_and_answers_what_was_said(page: Page) -> None:
    say(page, ENDLESS)
    expect_state(answer(page, 1), "streaming")
    say(page, "the new travel rules")
    command(page, "Ask now").click()
    expect_state(answer(page, 1), "stopped")
    expect_state(answer(page, 2), "done")
    expect(page.locator("mark").last).to_have_text("2the new travel rules")


def test_a_paused_session_takes_nothing_and_goes_on_afterwards(page: Page) -> None:
    command(page, "Pause").click()
    expect(page.locator("#stage")).to_have_text("Paused")
    say(page, "not now")
    expect(page.locator("#notices")).to_contain_text("The session is paused")
    command(page, "Resume").click()
    expect(page.locator("#stage")).to_have_text("Listening")
    expect(page.locator("#notices")).to_be_empty()
    page.get_by_role("textbox", name="What is being said").press("Enter")
    expect(page.locator(".segment .words")).to_have_text("not now")


def test_an_ended_session_can_be_followed_by_a_new_one(page: Page) -> None:
    command(page, "End").click()
    expect(page.locator("#connection")).to_have_text("Session ended")
    command(page, "New session").click()
    wait_until_connected(page)
    say(page, QUESTION)
    expect_state(answer(page, 1), "done")


def test_what_is_not_known_and_what_failed_look_different(page: Page) -> None:
    say(page, "what is unknown")
    expect_state(answer(page, 1), "not_found")
    say(page, "what is broken")
    expect_state(answer(page, 2), "failed")
    expect(answer(page, 2)).to_contain_text("could not be answered at the moment")


def test_a_typed_question_is_answered(page: Page) -> None:
    ask(page, "Tell me more")
    expect_state(answer(page, 1), "done")
    expect(page.locator(".typed .words")).to_have_text("1Tell me more")
    expect(answer(page, 1).locator(".measures")).not_to_contain_text("sure")


def test_a_long_question_shows_its_first_lines_until_all_is_wanted(page: Page) -> None:
    ask(page, "why " * 500)
    expect_state(answer(page, 1), "done")
    heading = answer(page, 1).get_by_role("heading", level=3)
    short = heading.evaluate("element => element.clientHeight")
    answer(page, 1).get_by_role("button", name="Show all").click()
    assert heading.evaluate("element => element.clientHeight") > short
    answer(page, 1).get_by_role("button", name="Show less").click()
    assert heading.evaluate("element => element.clientHeight") == short

    ask(page, "Why?")
    expect_state(answer(page, 2), "done")
    expect(answer(page, 2).get_by_role("button", name="Show all")).to_have_count(0)


def test_leaving_is_warned_of_only_while_an_answer_is_on_its_way(open_page: OpenPage) -> None:
    page = open_page(allowed=("dialog:",))
    wait_until_connected(page)
    say(page, ENDLESS)
    expect_state(answer(page, 1), "streaming")
    with page.expect_event("dialog") as warning:
        page.close(run_before_unload=True)
    assert warning.value.type == "beforeunload"
    command(page, "Cancel answer").click()
    expect_state(answer(page, 1), "stopped")
    with page.expect_event("close"):
        page.close(run_before_unload=True)


def test_the_keyboard_steers_everything(page: Page) -> None:
    page.keyboard.press("Alt+KeyP")
    expect(page.locator("#stage")).to_have_text("Paused")
    page.keyboard.press("Alt+KeyP")
    expect(page.locator("#stage")).to_have_text("Listening")
    page.keyboard.press("Alt+Digit3")
    page.keyboard.type(ENDLESS)
    page.keyboard.press("Enter")
    expect_state(answer(page, 1), "streaming")
    page.keyboard.press("Control+Enter")
    expect_state(answer(page, 1), "stopped")
    page.get_by_role("tab", name="Type as speech").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog")).to_contain_text("cancel the running answer")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_question_mark_that_is_typed_opens_nothing(page: Page) -> None:
    page.get_by_role("tab", name="Ask", exact=True).click()
    page.keyboard.type("why?")
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("why?")
    expect(page.get_by_role("dialog")).to_have_count(0)
