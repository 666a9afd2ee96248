import json
import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, WebSocketRoute, expect

from rtrag_site.tests.browsers import OpenPage
from rtrag_site.tests.playback import PLAYBACK
from rtrag_site.tests.servers import StartServer
from sessions_app.tests.browser.demo import QUESTION, answer, command, expect_state, say, wait_until_connected

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


def stand_in(page: Page, *answers: dict[str, str]) -> list[str]:
    """A server that gives one of the answers to each final, in turn; the segment_ids of the finals it was sent."""
    heard: list[str] = []

    def receive(route: WebSocketRoute, frame: str) -> None:
        message = json.loads(frame)
        if message.get("is_final"):
            answer = answers[min(len(heard), len(answers) - 1)]
            heard.append(message["segment_id"])
            details = {"segment_id": message["segment_id"], "error_id": "e1"}
            route.send(json.dumps({"segment_id": message["segment_id"], "details": details} | answer))

    def connected(route: WebSocketRoute) -> None:
        route.on_message(lambda frame: receive(route, str(frame)))
        route.send(json.dumps({"type": "ack", "message": "connected"}))

    page.clock.install()
    page.route_web_socket("**/ws/*", connected)
    page.reload()
    wait_until_connected(page)
    return heard


STORED = {"type": "ack", "message": "received"}
NOT_STORED = {"type": "error", "code": "SERVER_ERROR"}


def test_a_final_that_could_not_be_stored_is_sent_again(open_page: OpenPage) -> None:
    page = open_page()
    heard = stand_in(page, NOT_STORED, STORED)
    say(page, "keep this")
    expect(page.locator("#notices")).not_to_be_empty()
    expect(page.locator(".segment.unsent")).to_have_count(1)
    page.clock.run_for(2_000)
    expect(page.locator(".segment:not(.unsent) .words")).to_have_text("keep this")
    assert len(heard) == 2
    assert len(set(heard)) == 1


def test_a_final_that_is_never_stored_is_sent_again_only_once_over_a_connection(open_page: OpenPage) -> None:
    page = open_page()
    heard = stand_in(page, NOT_STORED, NOT_STORED, STORED)
    say(page, "keep this")
    expect(page.locator("#notices")).not_to_be_empty()
    page.clock.run_for(15_000)
    say(page, "and this")
    expect(page.locator(".segment:not(.unsent) .words")).to_have_text("and this")
    first, again, following = heard
    assert first == again != following


def test_a_session_ended_without_a_connection_stays_ended(open_page: OpenPage) -> None:
    page = open_page()
    wait_until_connected(page)
    sockets: list[WebSocketRoute] = []

    def refuse(route: WebSocketRoute) -> None:
        sockets.append(route)
        route.close(code=1013)

    page.clock.install()
    page.route_web_socket("**/ws/*", refuse)
    page.reload()
    expect(page.locator("#connection")).to_contain_text("Connection lost")
    command(page, "End").click()
    expect(page.locator("#connection")).to_have_text("Session ended")
    tried = len(sockets)
    page.clock.run_for(60_000)
    expect(page.locator("#connection")).to_have_text("Session ended")
    assert len(sockets) == tried
