"""The demo page where no WebSocket gets through, and when one does again."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from rtrag_site.tests.browsers import OpenPage
from rtrag_site.tests.playback import PLAYBACK
from rtrag_site.tests.processes import until
from rtrag_site.tests.servers import StartServer
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


class Wall:
    """Lets no socket through until it is opened."""

    is_open = False

    def meet(self, socket: WebSocketRoute) -> None:
        if self.is_open:
            socket.connect_to_server()
        else:
            socket.close(code=1013)


@pytest.fixture
def wall() -> Wall:
    return Wall()


def behind(wall: Wall, page: Page) -> Page:
    """The page, once it has given up on sockets for now."""
    page.route_web_socket("**/ws/*", wall.meet)
    page.reload()
    expect(page.locator("#connection")).to_have_attribute("data-state", "fallback", timeout=15_000)
    return page


def come_back(wall: Wall, page: Page) -> None:
    wall.is_open = True
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until_connected(page)


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "data" / "rtrag.sqlite3")) as database:
        return database.execute(query).fetchall()


def test_typed_questions_are_answered_over_http(open_page: OpenPage, wall: Wall) -> None:
    page = behind(wall, open_page())
    expect(page.locator("#connection")).to_contain_text("questions go over HTTP")
    ask(page, QUESTION)
    expect_state(answer(page, 1), "done")
    expect(answer(page, 1).locator(".content")).to_have_text(ANSWER)
    ask(page, "what is unknown")
    expect_state(answer(page, 2), "not_found")
    ask(page, "what is broken")
    expect_state(answer(page, 3), "failed")


def test_running_answer_is_cancelled_at_the_provider_and_the_next_one_follows(
    server: StartServer, open_page: OpenPage, wall: Wall, tmp_path: Path
) -> None:
    page = behind(wall, open_page(url=server(PLAYBACK).url))
    ask(page, "what is endless")
    expect_state(answer(page, 1), "streaming")
    ask(page, QUESTION)
    command(page, "Cancel answer").click()
    expect_state(answer(page, 1), "stopped")
    expect_state(answer(page, 2), "done")
    outcomes = "SELECT outcome FROM sessions_app_question ORDER BY asked_at"
    assert until(lambda: rows(tmp_path, outcomes)[1:] and rows(tmp_path, outcomes), "both") == [
        ("cancelled",),
        ("answered",),
    ]


def test_the_socket_is_taken_again_and_nothing_is_asked_twice(
    server: StartServer, open_page: OpenPage, wall: Wall, tmp_path: Path
) -> None:
    page = behind(wall, open_page(url=server(PLAYBACK).url))
    say(page, "the new travel rules")
    say(page, QUESTION)
    command(page, "Ask now").click()
    expect_state(answer(page, 1), "done")
    expect(page.locator(".typed .words")).to_have_text(f"1the new travel rules {QUESTION}")
    say(page, "and what is unknown")
    expect(page.locator(".segment.unsent")).to_have_count(3)

    come_back(wall, page)
    expect_state(answer(page, 2), "not_found")
    expect(page.locator(".segment.unsent")).to_have_count(0)
    asked = rows(tmp_path, 'SELECT text, "trigger" FROM sessions_app_question ORDER BY asked_at')
    assert asked == [(f"the new travel rules {QUESTION}", "typed"), ("what is unknown", "detected")]
    said = rows(tmp_path, 'SELECT text FROM sessions_app_transcriptsegment ORDER BY "index"')
    assert said == [("the new travel rules",), (QUESTION,), ("and what is unknown",)]


def test_an_answer_over_http_goes_on_when_the_socket_is_back(open_page: OpenPage, wall: Wall) -> None:
    page = behind(wall, open_page())
    ask(page, "what is endless")
    expect_state(answer(page, 1), "streaming")
    come_back(wall, page)
    ask(page, QUESTION)
    expect_state(answer(page, 2), "done")
    expect_state(answer(page, 1), "streaming")
    page.keyboard.press("Escape")
    expect_state(answer(page, 1), "stopped")


def test_a_client_may_be_told_to_wait_for_the_socket(open_page: OpenPage, wall: Wall) -> None:
    page = behind(wall, open_page())
    states = page.evaluate(
        """async () => {
            const { RealtimeRagClient } = await import("/static/rtrag/client.js");
            const client = new RealtimeRagClient("/ws/realtime-asr", { askUrl: null, firstRetryMs: 10 });
            const states = [];
            const tried = new Promise((done) => client.addEventListener("connection", ({ detail }) => {
                states.push(detail.state);
                if (states.length === 12) done();
            }));
            client.connect();
            await tried;
            client.close();
            return [states.slice(0, 12), client.ask("why")];
        }"""
    )
    assert states == [["connecting", "waiting"] * 6, False]
