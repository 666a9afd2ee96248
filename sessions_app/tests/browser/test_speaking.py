import pytest
from playwright.sync_api import Locator, Page, expect

from rtrag_site.tests.browsers import OpenPage
from sessions_app.tests.browser.demo import (
    ANSWER,
    QUESTION,
    answer,
    command,
    expect_state,
    hear,
    start_listening,
    wait_until_connected,
)


def test_speech_turns_into_a_transcript_with_the_answer_beside_its_question(open_page: OpenPage) -> None:
    page = open_page()
    start_listening(page)

    hear(page, "so what")
    expect(page.locator(".partial .words")).to_have_text("so what")
    hear(page, f"so {QUESTION}")
    expect(page.locator(".partial .words")).to_have_text(f"so {QUESTION}")
    hear(page, f"so {QUESTION}", final=True)

    expect(page.locator(".partial")).to_have_count(0)
    expect(page.locator(".segment time")).to_have_text([page.locator(".segment time").inner_text()])
    expect(page.locator("mark")).to_have_text(f"1{QUESTION}")
    card = answer(page, 1)
    expect_state(card, "done")
    expect(card.locator(".content")).to_have_text(ANSWER)
    expect(card.locator(".measures")).to_contain_text("ms to the first word")
    expect(card.locator(".measures")).to_contain_text("% sure it is a question")
    expect(page.locator("#stage")).to_have_text("Ready for the next question")


def test_an_answer_stands_beside_its_question(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1200, "height": 800})
    start_listening(page)
    hear(page, QUESTION, final=True)
    expect_state(answer(page, 1), "done")

    question = page.locator("mark").bounding_box()
    card = answer(page, 1).bounding_box()
    assert question
    assert card
    assert question["x"] + question["width"] < card["x"]
    assert card["y"] <= question["y"] <= card["y"] + card["height"]


def test_words_after_a_question_do_not_part_it_from_its_answer_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 375, "height": 700})
    start_listening(page)
    hear(page, QUESTION, final=True)
    hear(page, "we will see", final=True)
    expect_state(answer(page, 1), "done")

    tops = [page.locator(part).bounding_box() for part in ("mark", "#answer-1", ".said .segment")]
    assert [box["y"] for box in tops if box] == sorted(box["y"] for box in tops if box)


def test_sources_open_from_their_citation_and_hold_text_only(open_page: OpenPage) -> None:
    page = open_page()
    start_listening(page)
    hear(page, QUESTION, final=True)
    card = answer(page, 1)
    expect_state(card, "done")

    first, second = card.locator("details").all()
    expect(first.locator(".title")).to_have_text("Handbook <b>one</b>")
    card.get_by_role("link", name="[1]").click()
    expect(first.locator("p")).to_have_text("Said <script>alert(3)</script> in a document.")
    expect(first.locator("p")).to_be_visible()
    expect(first.locator("a")).to_have_count(0)
    second.locator("summary").click()
    expect(second.locator("a")).to_have_attribute("href", "https://example.org/page")


def test_markup_that_is_said_stays_text(open_page: OpenPage) -> None:
    page = open_page()
    start_listening(page)
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> is <b>markup</b>"
    hear(page, hostile)
    expect(page.locator(".partial .words")).to_have_text(hostile)
    hear(page, hostile, final=True)
    command(page, "Ask now").click()
    expect_state(answer(page, 1), "done")
    expect(page.locator("mark")).to_have_text(f"1{hostile}")
    expect(page.locator("#turns").locator("img, script, b")).to_have_count(0)


def test_listening_goes_on_when_the_browser_ends_it(open_page: OpenPage) -> None:
    page = open_page()
    start_listening(page)
    page.evaluate("endSpeech()")
    assert page.evaluate("recognisers.length") == 2
    hear(page, "still here", final=True)
    expect(page.locator(".segment .words")).to_have_text("still here")


def test_the_chosen_language_is_recognised(open_page: OpenPage) -> None:
    page = open_page()
    wait_until_connected(page)
    page.get_by_role("tab", name="Microphone").click()
    page.get_by_role("combobox", name="Spoken language").select_option("zh-CN")
    page.get_by_role("button", name="Start listening").click()
    assert page.evaluate("recognisers.at(-1).lang") == "zh-CN"


def said(page: Page) -> Locator:
    return page.locator(".segment:not(.partial, .unsent, .ignored) .words")


def test_last_words_before_the_stop_are_recognised_to_their_end(open_page: OpenPage) -> None:
    page = open_page()
    start_listening(page)
    hear(page, "the last")
    page.get_by_role("button", name="Stop listening").click()
    expect(page.get_by_role("button", name="Start listening")).to_be_visible()
    expect(page.locator(".partial .words")).to_have_text("the last")
    hear(page, "the last words", final=True)
    page.evaluate("endSpeech()")
    expect(said(page)).to_have_text(["the last words"])
    assert page.evaluate("[recognisers.length, recognisers[0].isStopped, recognisers[0].isAborted]") == [1, True, None]


@pytest.mark.parametrize("ending", ["endSpeech()", "refuseSpeech('network')"])
def test_words_shown_are_sent_when_the_browser_ends_without_a_final(open_page: OpenPage, ending: str) -> None:
    page = open_page()
    start_listening(page)
    hear(page, "already seen")
    page.evaluate(ending)
    expect(said(page)).to_have_text(["already seen"])
    expect(page.locator(".partial")).to_have_count(0)


def test_a_browser_that_does_not_end_is_not_waited_for_longer(open_page: OpenPage) -> None:
    page = open_page()
    page.clock.install()
    page.reload()
    start_listening(page)
    hear(page, "already seen")
    page.get_by_role("button", name="Stop listening").click()
    page.clock.run_for(2_000)
    expect(said(page)).to_have_text(["already seen"])
    assert page.evaluate("recognisers[0].isAborted")


def test_another_language_begins_after_the_last_words_in_the_first(open_page: OpenPage) -> None:
    page = open_page()
    start_listening(page)
    hear(page, "good")
    page.get_by_role("combobox", name="Spoken language").select_option("zh-CN")
    hear(page, "good morning", final=True)
    page.evaluate("endSpeech()")
    hear(page, "早上好", final=True)
    expect(said(page)).to_have_text(["good morning", "早上好"])
    assert page.evaluate("recognisers.map(({ lang }) => lang)") == ["en-US", "zh-CN"]


@pytest.mark.parametrize(("button", "stage"), [("Pause", "paused"), ("End", "offline")])
def test_last_words_come_before_the_pause_and_the_end(open_page: OpenPage, button: str, stage: str) -> None:
    page = open_page()
    start_listening(page)
    hear(page, "one more")
    command(page, button).click()
    hear(page, "one more thing", final=True)
    page.evaluate("endSpeech()")
    expect(page.locator("#stage")).to_have_attribute("data-stage", stage)
    expect(said(page)).to_have_text(["one more thing"])


def test_a_denied_microphone_says_what_to_do(open_page: OpenPage) -> None:
    page = open_page()
    start_listening(page)
    page.evaluate("refuseSpeech('not-allowed')")
    expect(page.locator("#panel-microphone .hint")).to_contain_text("The microphone is not allowed")
    expect(page.locator("#notices")).to_be_empty()
    expect(page.get_by_role("button", name="Start listening")).to_be_visible()


def test_speech_recognition_without_a_network_says_so(open_page: OpenPage) -> None:
    page = open_page()
    start_listening(page)
    page.evaluate("refuseSpeech('network')")
    expect(page.locator("#panel-microphone .hint")).to_contain_text("needs the Internet")
