"""The admin's first page in a real browser: its charts are drawn under its Content-Security-Policy, on any screen."""

import pytest
from playwright.sync_api import Page, expect

from rtrag_site.tests.browsers import OpenPage
from rtrag_site.tests.processes import until
from rtrag_site.tests.servers import Server
from sessions_app.tests.browser.demo import QUESTION, answer, ask, expect_state, wait_until_connected
from sessions_app.tests.browser.test_admin_pages import sign_in

DRAWN = "Object.values(Chart.instances).map(chart => chart.data.datasets.map(each => each.label))"


def has_charts(page: Page) -> bool:
    page.reload()
    return page.locator("canvas").count() > 0


@pytest.mark.parametrize("profile", [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}])
def test_questions_of_the_demo_page_are_drawn(open_page: OpenPage, site: Server, profile: dict[str, object]) -> None:
    speaker = open_page()
    wait_until_connected(speaker)
    ask(speaker, QUESTION)
    expect_state(answer(speaker, 1), "done")

    page = open_page("/admin/", **profile)
    sign_in(page, site)
    page.goto(f"{site.url}/admin/")
    until(lambda: has_charts(page), "the question on the dashboard")  # rows are written in the background
    questions, first_words, *_ = page.evaluate(DRAWN)
    assert (len(questions), first_words) == (1, ["p50", "p95"])
    page.get_by_role("link", name="Last hour").click()
    expect(page.locator(".dashboard canvas").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{site.url}/admin/providers_app/usagerecord/")
    expect(page.locator("#result_list tbody tr").first).to_contain_text("live speech")
