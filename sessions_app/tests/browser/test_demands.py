"""What becomes of a question that was heard and left unanswered, once somebody wants it answered all the same."""

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from rtrag_site.tests.browsers import OpenPage
from sessions_app.tests.browser.demo import QUESTION, answer, ask, expect_state, say, wait_until_connected

UNKNOWN, NOTHING = "what is nowhere", "Nothing is known about that."


class Line:
    """Passes on what a page and the server say to each other, but for what the page asks while it `swallows` that."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        self.swallows = False
        self._sockets: list[WebSocketRoute] = []
        page.route_web_socket("**/ws/*", self._connected)
        page.reload()
        wait_until_connected(page)

    def _connected(self, socket: WebSocketRoute) -> None:
        self._sockets.append(socket)
        server = socket.connect_to_server()

        def pass_on(frame: str | bytes) -> None:
            message = json.loads(frame)
            if message["type"] == "ask":
                self.asked.append(message["text"])
            if message["type"] != "ask" or not self.swallows:
                server.send(frame)

        socket.on_message(pass_on)

    def tell(self, **message: Any) -> None:
        self._sockets[-1].send(json.dumps(message))

    def drop(self) -> None:
        self._sockets[-1].close(code=1012)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page(allowed=("WebSocket connection to",))


@pytest.fixture
def line(page: Page) -> Line:
    return Line(page)


def demand(card: Locator) -> Locator:
    return card.get_by_role("button", name="Answer anyway")


def leave_unanswered(page: Page, number: int = 1) -> Locator:
    """The card of a question about which nothing is known."""
    say(page, UNKNOWN)
    expect_state(answer(page, number), "unanswered")
    return answer(page, number)


def expect_answered_in(page: Page, card: Locator) -> None:
    expect_state(card, "not_found")
    expect(card.locator(".content")).to_have_text(NOTHING)
    expect(demand(card)).to_have_count(0)
    expect(page.locator(".answer")).to_have_count(1)
    expect(page.locator("mark .badge")).to_have_text(["1"])


def expect_demanded_again(page: Page, line: Line, card: Locator) -> None:
    """The connection drops, and the button is there again once there is another one."""
    line.drop()
    expect_state(card, "lost")
    line.swallows = False
    wait_until_connected(page)
    demand(card).click()
    expect_answered_in(page, card)


def test_it_is_answered_in_its_own_card(page: Page) -> None:
    card = leave_unanswered(page)
    demand(card).press("Enter")
    expect(card).to_be_focused()
    expect_answered_in(page, card)
    expect(card.locator(".rating")).to_have_count(2)
    expect(card.locator(".measures [data-t='measure.server']")).to_have_count(1)
    expect(page.locator("#announcer")).to_have_text(NOTHING)


def test_it_is_asked_once_however_often_the_button_is_pressed(page: Page, line: Line) -> None:
    card = leave_unanswered(page)
    demand(card).evaluate("button => { button.click(); button.click() }")
    expect_answered_in(page, card)
    ask(page, QUESTION)
    expect_state(answer(page, 2), "done")
    assert line.asked == [UNKNOWN, QUESTION]


def test_it_can_be_demanded_in_the_session_after_a_reload(page: Page) -> None:
    demand(leave_unanswered(page)).click()
    expect_answered_in(page, answer(page, 1))
    page.reload()
    wait_until_connected(page)
    expect(page.locator(".answer")).to_have_count(0)
    card = leave_unanswered(page)
    demand(card).click()
    expect_answered_in(page, card)


def test_connection_that_drops_before_the_answer_gives_the_button_back(page: Page, line: Line) -> None:
    card = leave_unanswered(page)
    line.swallows = True
    demand(card).click()
    expect_state(card, "noticed")
    expect_demanded_again(page, line, card)
    assert line.asked == [UNKNOWN, UNKNOWN]


def test_connection_that_drops_in_the_answer_gives_the_button_back(page: Page, line: Line) -> None:
    card = leave_unanswered(page)
    line.swallows = True
    demand(card).click()
    expect_state(card, "noticed")
    line.tell(type="status", stage="analyzing", question=UNKNOWN, question_id="q9", mode="typed")
    line.tell(type="answer", question_id="q9", stream_index=0, content="It is", final=False)
    expect_state(card, "streaming")
    expect_demanded_again(page, line, card)


def test_without_a_connection_nothing_changes_and_one_hears_of_it(page: Page, line: Line) -> None:
    card = leave_unanswered(page)
    page.route_web_socket("**/ws/*", lambda socket: socket.close(code=1013))
    line.drop()
    expect(page.locator("#connection")).to_contain_text("Connection lost")
    demand(card).click()
    expect(page.locator("#notices")).to_contain_text("There is no connection at the moment. Try again")
    expect_state(card, "unanswered")
    expect(demand(card)).to_be_enabled()


def test_demand_that_is_refused_may_be_made_again(page: Page, line: Line) -> None:
    card = leave_unanswered(page)
    line.swallows = True
    demand(card).click()
    expect_state(card, "noticed")
    line.tell(type="error", code="SERVICE_UNAVAILABLE", message="Not now.")
    expect_state(card, "failed")
    line.swallows = False
    demand(card).click()
    expect_answered_in(page, card)
    expect(card.locator(".failure")).to_have_count(0)


def test_demand_waits_behind_a_running_answer_and_what_is_typed_has_its_own_card(page: Page) -> None:
    card = leave_unanswered(page)
    ask(page, "what is endless")
    expect_state(answer(page, 2), "streaming")
    demand(card).click()
    ask(page, UNKNOWN)
    expect_state(answer(page, 3), "noticed")
    page.keyboard.press("Escape")
    expect_state(answer(page, 2), "stopped")
    expect_state(card, "not_found")
    expect_state(answer(page, 3), "not_found")
    expect(page.locator(".answer")).to_have_count(3)


def test_the_speaker_who_goes_on_leaves_the_demanded_answer_where_it_is(page: Page, line: Line) -> None:
    line.swallows = True
    question, longer = "why is that", "why is that so"
    line.tell(type="status", stage="analyzing", question=question, question_id="q1", confidence=0.9, reason="rule")
    line.tell(type="answer", question_id="q1", stream_index=0, content="", final=True, finish_reason="not_found")
    demand(answer(page, 1)).click()
    expect_state(answer(page, 1), "noticed")
    line.tell(type="status", stage="analyzing", question=question, question_id="q2", mode="typed")
    line.tell(type="status", stage="querying_rag", question=question, question_id="q2", mode="typed")
    line.tell(type="status", stage="analyzing", question=longer, question_id="q3", confidence=0.9, replaces="q1")
    line.tell(type="answer", question_id="q2", stream_index=0, content="Because.", final=True, finish_reason="stop")
    expect_state(answer(page, 1), "done")
    expect(answer(page, 1).locator("header .badge")).to_have_text(["1"])
    expect_state(answer(page, 2), "noticed")
