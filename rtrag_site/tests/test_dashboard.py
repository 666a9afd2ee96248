"""The admin's first page, and who sees what of it."""

import pytest
from django.test import Client

from providers_app.tests.usage_rows import record
from sessions_app.tests import rows
from sessions_app.tests.operators import operator

pytestmark = pytest.mark.django_db
FIRST_PAGE = "/admin/"


def test_first_page_shows_usage_and_live_sessions(admin_client: Client):
    record(outcome="failed", error_reason="timeout")
    rows.session("hello", is_live=True)
    rows.session("hello")
    response = admin_client.get(FIRST_PAGE)
    page = response.content.decode()
    assert response.context["live_sessions"] == 1
    assert "?state=live" in page
    assert "It took too long." in page
    assert page.count("<canvas") == 5


def test_first_page_of_a_new_service_says_what_to_do(admin_client: Client):
    page = admin_client.get(FIRST_PAGE).content.decode()
    assert "Nobody has asked anything yet." in page
    assert "<canvas" not in page


@pytest.mark.parametrize(
    ("permission", "seen"), [("view_usagerecord", {"usage"}), ("view_realtimesession", {"live_sessions"}), ("", set())]
)
def test_first_page_shows_only_what_the_operator_may_view(client: Client, permission: str, seen: set[str]):
    record()
    response = operator(client, permission).get(FIRST_PAGE)
    assert response.status_code == 200
    assert {name for name in ("usage", "live_sessions") if name in response.context} == seen
    assert ("<canvas" in response.content.decode()) == ("usage" in seen)
