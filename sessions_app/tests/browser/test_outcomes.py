"""What the demo page shows of questions that come to something else than an answer of their own."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from rtrag_site.tests.browsers import OpenPage
from sessions_app.tests.browser.demo import answer, expect_state, say, wait_until_connected

FIRST, WHOLE = "what is the difference", "what is the difference between a partial and a final"
Tell = Callable[..., None]


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def tell(page: Page) -> Tell:
    """Sends a frame as the server would; finals are acknowledged, and nothing else happens by itself."""
    sockets: list[WebSocketRoute] = []

    def receive(route: WebSocketRoute, frame: str) -> None:
        message = json.loads(frame)
        if message.get("is_final"):
            ack = {"type": "ack", "received_type": "asr_chunk", "is_final": True, "segment_id": message["segment_id"]}
            route.send(json.dumps(ack))

    def connected(route: WebSocketRoute) -> None:
        sockets.append(route)
        route.on_message(lambda frame: receive(route, str(frame)))
        route.send(json.dumps({"type": "ack", "message": "connected"}))

    page.route_web_socket("**/ws/*", connected)
    page.reload()
    wait_until_connected(page)

    def send(kind: str, stage: str = "", **fields: Any) -> None:
        frame = {"type": kind, **({"stage": stage} if stage else {}), **fields}
        sockets[-1].send(json.dumps(frame))

    return send


def ask_and_answer(tell: Tell, question_id: str, question: str, **fields: Any) -> None:
    tell("status", "analyzing", question=question, question_id=question_id, confidence=0.9, reason="rule", **fields)
    tell("status", "querying_rag", question=question, question_id=question_id)
    tell("answer", question_id=question_id, stream_index=0, content=f"Said of {question}.", final=False)
    end = {"finish_reason": "stop", "provider": "knowledge", "content": "", "final": True, "stream_index": 1}
    tell("answer", question_id=question_id, **end)
    tell("status", "idle", question=question, question_id=question_id)


def say_as(page: Page, speaker: str, text: str) -> None:
    page.get_by_role("tab", name="Type as speech").click()
    page.get_by_role("textbox", name="Speaker").fill(speaker)
    say(page, text)


def test_replaced_question_collapses_into_the_one_that_takes_its_place(page: Page, tell: Tell) -> None:
    say(page, FIRST)
    ask_and_answer(tell, "q1", FIRST)
    expect_state(answer(page, 1), "done")
    say(page, "between a partial and a final")
    ask_and_answer(tell, "q2", WHOLE, replaces="q1")
    expect_state(answer(page, 2), "done")
    expect_state(answer(page, 1), "replaced")
    expect(page.locator("mark .badge")).to_have_text(["2", "2"])
    expect(page.locator("#answer-2 + #answer-1")).to_be_visible()
    expect(answer(page, 1).locator("header .badge").last).to_have_attribute("href", "#answer-2")
    expect(answer(page, 1).locator(".content")).to_be_hidden()
    answer(page, 1).get_by_role("button", name="Show all").click()
    expect(answer(page, 1).locator(".content")).to_have_text(f"Said of {FIRST}.")


def test_question_replaced_before_its_answer_shows_none(page: Page, tell: Tell) -> None:
    say(page, FIRST)
    tell("status", "analyzing", question=FIRST, question_id="q1")
    tell("status", "querying_rag", question=FIRST, question_id="q1")
    say(page, "between a partial and a final")
    tell("status", "interrupting", question=FIRST, question_id="q1")
    ask_and_answer(tell, "q2", WHOLE, replaces="q1")
    expect_state(answer(page, 1), "replaced")
    expect(answer(page, 1).get_by_role("button")).to_have_count(0)


def test_question_that_is_taken_back_says_so_and_keeps_what_was_answered(page: Page, tell: Tell) -> None:
    say(page, FIRST)
    ask_and_answer(tell, "q1", FIRST)
    say(page, WHOLE)
    tell("status", "analyzing", question=WHOLE, question_id="q2")
    tell("status", "querying_rag", question=WHOLE, question_id="q2")
    expect_state(answer(page, 2), "searching")
    note = "taken back: the words were corrected"
    tell("status", "waiting_for_question", note=note, question=FIRST, question_id="q1")
    expect_state(answer(page, 1), "taken_back")
    expect(answer(page, 1).locator(".state")).to_have_text("Taken back: the words were corrected")
    expect(answer(page, 1).locator(".content")).to_have_text(f"Said of {FIRST}.")
    expect_state(answer(page, 2), "searching")
    tell("status", "interrupting", note=note, question=WHOLE, question_id="q2")
    tell("status", "idle", note="cancelled", question=WHOLE, question_id="q2")
    expect(page.locator("#stage")).to_have_text("Ready for the next question")
    expect_state(answer(page, 2), "taken_back")
    expect(page.locator("mark")).to_have_count(0)


def test_question_said_again_points_at_the_earlier_answer(page: Page, tell: Tell) -> None:
    say(page, FIRST)
    ask_and_answer(tell, "q1", FIRST)
    say(page, f"so {FIRST}")
    expect(page.locator(".segment:not(.unsent)")).to_have_count(2)
    for _ in range(2):
        tell("status", "waiting_for_question", note="asked before: see its answer", question=FIRST, question_id="q1")
    expect(page.locator(".segment.again .badge")).to_have_attribute("href", "#answer-1")
    expect(page.locator(".segment.again .badge")).to_have_count(1)
    expect(answer(page, 1)).to_have_class("answer pointed-out")
    expect_state(answer(page, 1), "done")
    expect(page.locator("#announcer")).to_have_text("Asked before: see answer 1")


def test_answer_that_runs_goes_on_when_its_question_is_said_again(page: Page, tell: Tell) -> None:
    say(page, FIRST)
    tell("status", "analyzing", question=FIRST, question_id="q1")
    tell("status", "querying_rag", question=FIRST, question_id="q1")
    say(page, FIRST)
    tell("status", "waiting_for_question", note="asked before: see its answer", question=FIRST, question_id="q1")
    tell("answer", question_id="q1", stream_index=0, content="It goes on.", final=False)
    expect_state(answer(page, 1), "streaming")
    expect(page.locator("#stage")).to_have_text("Answering")


def test_question_asked_before_this_page_was_open_is_passed_over(page: Page, tell: Tell) -> None:
    say(page, FIRST)
    tell("status", "waiting_for_question", note="asked before: see its answer", question=FIRST, question_id="q0")
    tell("status", "idle")
    expect(page.locator("#stage")).to_have_text("Ready for the next question")
    expect(page.locator(".segment.again")).to_have_count(0)


def test_unfinished_question_is_held_until_the_next_status(page: Page, tell: Tell) -> None:
    say(page, "what is the difference between")
    expect(page.locator(".segment:not(.unsent)")).to_have_count(1)
    tell("status", "waiting_for_question", note="unfinished: the rest of the question is waited for")
    expect(page.locator(".segment.held")).to_have_count(1)
    tell("status", "waiting_for_question")
    expect(page.locator(".segment.held")).to_have_count(0)


def test_speakers_are_shown_where_they_speak_and_ask(page: Page, tell: Tell) -> None:
    say_as(page, "Ada", "hello everyone")
    say_as(page, "Bo", FIRST)
    ask_and_answer(tell, "q1", FIRST, speaker="Bo")
    words = page.locator(".segment .words")
    expect(words.nth(0)).to_have_attribute("data-speaker", "Ada")
    expect(words.nth(1)).to_have_attribute("data-speaker", "Bo")
    expect(answer(page, 1).locator("header .speaker")).to_have_text("Bo")


def test_unknown_question_is_shown_as_heard(open_page: OpenPage) -> None:
    page = open_page()
    wait_until_connected(page)
    say_as(page, "Ada", "what is nowhere")
    expect_state(answer(page, 1), "unanswered")
    expect(answer(page, 1).locator("header .speaker")).to_have_text("Ada")
    expect(answer(page, 1).locator(".rating")).to_have_count(0)


def test_recorded_meeting_has_its_speakers(open_page: OpenPage) -> None:
    page = open_page()
    wait_until_connected(page)
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(json.loads(frame))))
    page.reload()
    wait_until_connected(page)
    page.locator("#panel-meeting [name=speed]").select_option("4")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator(".segment:not(.partial) .words").nth(2)).to_have_attribute(
        "data-speaker", "Tom", timeout=15_000
    )
    finals = [frame for frame in sent if frame.get("is_final")]
    assert [final["speaker"] for final in finals[:3]] == ["Maya", "Maya", "Tom"]
    assert (finals[0]["start_ms"], finals[0]["end_ms"]) == (1_111, 4_191)
    assert all(before["end_ms"] <= after["start_ms"] for before, after in itertools.pairwise(finals))
