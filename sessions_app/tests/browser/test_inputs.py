import pytest
from playwright.sync_api import expect

from rtrag_site.tests.browsers import OpenPage
from sessions_app.tests.browser.demo import answer, command, expect_state, say, wait_until_connected


def test_keystrokes_are_partials_and_enter_makes_a_final(open_page: OpenPage) -> None:
    page = open_page()
    wait_until_connected(page)
    page.get_by_role("tab", name="Type as speech").click()
    page.get_by_role("textbox", name="What is being said").press_sequentially("we are")
    expect(page.locator(".partial .words")).to_have_text("we are")
    page.keyboard.press("Enter")
    expect(page.locator(".segment:not(.partial, .unsent) .words")).to_have_text("we are")
    expect(page.get_by_role("textbox", name="What is being said")).to_have_value("")


def test_a_recorded_meeting_plays_to_its_end(open_page: OpenPage) -> None:
    page = open_page()
    wait_until_connected(page)
    page.clock.install()
    page.reload()
    wait_until_connected(page)
    page.get_by_role("button", name="Play a meeting").click()
    expect(page.locator(".partial")).to_have_count(1)
    page.clock.run_for(21_000)
    expect(page.locator("mark").first).to_have_text("1what does this service actually do")
    expect_state(answer(page, 1), "done")
    for _ in range(8):
        page.clock.run_for(15_000)  # short of the time after which a silent server counts as lost
        expect(page.locator(".unsent")).to_have_count(0)
    expect(page.locator("#panel-meeting").get_by_role("button", name="Play")).to_be_visible()
    expect(page.locator("#panel-meeting output")).to_have_text("2:08 / 2:08")
    expect(page.locator(".answer[data-state=done]")).to_have_count(7)


def test_a_playing_meeting_can_be_paused_and_hurried(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    wait_until_connected(page)
    page.clock.install()
    page.reload()
    wait_until_connected(page)
    page.get_by_role("button", name="播放会议").click()
    page.get_by_role("combobox", name="速度").select_option("4")
    page.clock.run_for(6_000)
    expect(page.locator("mark").first).to_have_text("1请问这个服务是做什么的")
    page.get_by_role("button", name="暂停播放").click()
    shown = page.locator("#panel-meeting output").inner_text()
    page.clock.run_for(10_000)
    assert page.locator("#panel-meeting output").inner_text() == shown


def test_a_resumed_session_goes_on_with_the_meeting_that_it_paused(open_page: OpenPage) -> None:
    page = open_page()
    wait_until_connected(page)
    page.get_by_role("button", name="Play a meeting").click()
    pause_playback = page.get_by_role("button", name="Pause playback")
    expect(pause_playback).to_be_visible()
    command(page, "Pause").click()
    expect(page.locator("#stage")).to_have_text("Paused")
    expect(pause_playback).to_have_count(0)
    command(page, "Resume").click()
    expect(pause_playback).to_be_visible()


@pytest.mark.parametrize(("tab", "box"), [("Type as speech", "What is being said"), ("Ask", "Your question")])
def test_a_chosen_input_has_the_cursor_in_its_box(open_page: OpenPage, tab: str, box: str) -> None:
    page = open_page()
    wait_until_connected(page)
    page.get_by_role("tab", name=tab, exact=True).click()
    expect(page.get_by_role("textbox", name=box)).to_be_focused()


def test_the_welcome_gives_way_to_the_conversation(open_page: OpenPage) -> None:
    page = open_page()
    expect(page.get_by_role("heading", name="Speech goes in. Answers come out.")).to_be_visible()
    wait_until_connected(page)
    say(page, "good morning")
    expect(page.locator("#welcome")).to_be_hidden()
    expect(page.get_by_role("heading", name="Heard")).to_be_visible()


def test_a_long_session_keeps_the_page_small(open_page: OpenPage) -> None:
    page = open_page()
    count = page.evaluate(
        """async () => {
          const { Transcript } = await import("/static/rtrag/transcript.js");
          const transcript = new Transcript(document.getElementById("turns"), document.getElementById("earlier"));
          document.getElementById("conversation").hidden = false;
          for (let index = 0; index < 1000; index++) {
            transcript.said(`s-${index}`, `line ${index}`);
            if (index % 50 === 0) transcript.heard(`line ${index}`, index);
          }
          return document.querySelectorAll("#turns .segment").length;
        }"""
    )
    assert count == 400
    expect(page.locator("#earlier")).to_have_text("600 earlier lines are stored, but no longer shown here.")
