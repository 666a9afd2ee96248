"""Answers that begin anew, and what is said about finished ones."""

import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect

from rtrag_site.tests.browsers import OpenPage
from rtrag_site.tests.playback import PLAYBACK
from rtrag_site.tests.processes import until
from rtrag_site.tests.servers import StartServer
from sessions_app.tests.browser.demo import ANSWER, QUESTION, answer, ask, expect_state, wait_until_connected


def test_what_was_said_before_an_answer_began_anew_is_gone(open_page: OpenPage) -> None:
    page = open_page()
    wait_until_connected(page)
    ask(page, "what comes anew and is endless")
    expect(answer(page, 1).locator(".content")).to_have_text("The first sentence")
    ask(page, "what comes anew")
    page.keyboard.press("Escape")
    expect_state(answer(page, 2), "done")
    expect(answer(page, 2).locator(".content")).to_have_text(ANSWER)


def ratings(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "data" / "rtrag.sqlite3")) as database:
        return [rating for (rating,) in database.execute("SELECT rating FROM sessions_app_answer WHERE rating != ''")]


def test_answer_is_rated_and_the_rating_changed(open_page: OpenPage, server: StartServer, tmp_path: Path) -> None:
    page = open_page(url=server(PLAYBACK).url)
    wait_until_connected(page)
    ask(page, QUESTION)
    expect_state(answer(page, 1), "done")
    rating = answer(page, 1).get_by_role("group")
    like, dislike = rating.get_by_role("button").all()
    expect(like.locator("svg")).to_be_visible()
    like.press("Enter")
    until(lambda: ratings(tmp_path) == ["like"], "the rating")
    dislike.press("Enter")
    until(lambda: ratings(tmp_path) == ["dislike"], "the other rating")
    expect(like).to_have_attribute("aria-pressed", "false")
    expect(dislike).to_have_attribute("aria-pressed", "true")
