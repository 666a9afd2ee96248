import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect

from rtrag_site.tests.servers import StartServer
from sessions_app.tests.browser.conftest import PLAYBACK, OpenPage
from sessions_app.tests.browser.demo import QUESTION, answer, expect_state, say, wait_until_connected

LOST = ("Failed to load resource", "WebSocket connection to")


def stored_texts(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "data" / "rtrag.sqlite3")) as database:
        return [text for (text,) in database.execute("SELECT text FROM sessions_app_transcriptsegment ORDER BY id")]


def test_a_restarted_server_is_found_again_and_nothing_said_meanwhile_is_lost_or_doubled(
    open_page: OpenPage, server: StartServer, tmp_path: Path
) -> None:
    first = server(PLAYBACK)
    page = open_page(url=first.url, allowed=LOST)
    wait_until_connected(page)
    say(page, "before")
    expect(page.locator(".segment:not(.unsent)")).to_have_count(1)
    say(page, "what is endless")
    expect_state(answer(page, 1), "streaming")

    first.kill()
    expect(page.locator("#connection")).to_contain_text("Connection lost")
    expect_state(answer(page, 1), "lost")
    say(page, "meanwhile")
    expect(page.locator(".segment.unsent .words")).to_have_text("meanwhile")

    server(PLAYBACK, port=int(first.url.rsplit(":", 1)[1]))
    wait_until_connected(page)
    expect(page.locator(".segment.unsent")).to_have_count(0)
    say(page, QUESTION)
    expect_state(answer(page, 2), "done")
    assert stored_texts(tmp_path) == ["before", "what is endless", "meanwhile", QUESTION]


def test_a_question_typed_without_a_connection_stays_in_its_box(open_page: OpenPage) -> None:
    page = open_page()
    wait_until_connected(page)
    page.route_web_socket("**/ws/*", lambda socket: socket.close(code=1013))
    page.reload()
    expect(page.locator("#connection")).to_contain_text("Connection lost")
    page.get_by_role("tab", name="Ask", exact=True).click()
    page.get_by_role("textbox", name="Your question").fill("Is anybody there?")
    page.keyboard.press("Enter")
    expect(page.locator("#notices")).to_contain_text("There is no connection")
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("Is anybody there?")
