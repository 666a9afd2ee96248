"""`manage.py conversations`, against a vendor that keeps some."""

from io import StringIO

import httpx
import pytest
from django.core.management import CommandError, call_command

from providers_app.models import ProviderConfig
from providers_app.tests.vendor import FakeVendor

CONVERSATIONS = {"data": [{"id": "c2", "name": "Lifts", "updated_at": 1763700000}, {"id": "c1", "created_at": 0}]}
MESSAGES = {
    "data": [
        {"query": "Why?", "answer": "Because.", "created_at": 1},
        {"query": "And then?", "answer": "Nothing.", "created_at": 2},
    ]
}


@pytest.fixture
def vendor(db, monkeypatch):
    ProviderConfig.objects.create(name="dify", kind="dify", is_enabled=False)
    vendor = FakeVendor()
    make = vendor.provider
    monkeypatch.setattr("providers_app.gateway.clients.make", lambda found, _client: make(found.kind))
    return vendor


def written(*arguments: str) -> str:
    out = StringIO()
    call_command("conversations", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("arguments", [["dify"], ["dify", "list"]])
def test_list_is_what_there_is_without_an_action(vendor, arguments):
    vendor.says_json(CONVERSATIONS)
    assert written(*arguments) == "c2  2025-11-21 04:40  Lifts\nc1  1970-01-01 00:00  \n"
    assert dict(vendor.requests[0].url.params) == {"user": "anonymous", "limit": "20"}


@pytest.mark.parametrize(
    "arguments", [["dify", "--user", "me", "--limit", "3", "list"], ["dify", "list", "--limit", "3", "--user", "me"]]
)
def test_options_may_stand_anywhere(vendor, arguments):
    vendor.says_json(CONVERSATIONS)
    written(*arguments)
    assert dict(vendor.requests[0].url.params) == {"user": "me", "limit": "3"}


def test_turns_of_a_conversation_are_shown(vendor):
    vendor.says_json(MESSAGES)
    assert written("dify", "show", "c1") == "> Why?\nBecause.\n\n> And then?\nNothing.\n\n"


def test_conversation_is_renamed(vendor):
    vendor.says_json({"id": "c1"})
    assert written("dify", "rename", "c1", "Lifts and stairs", "--user", "me") == "Renamed\n"
    assert vendor.bodies == [{"name": "Lifts and stairs", "auto_generate": False, "user": "me"}]


def test_conversation_is_deleted(vendor):
    vendor.says(status=204)
    assert written("dify", "delete", "c1") == "Deleted\n"
    assert (vendor.requests[0].method, vendor.requests[0].url.path) == ("DELETE", "/v1/conversations/c1")


def test_failure_is_said_in_plain_words(vendor):
    vendor.says_json({"code": "unauthorized", "message": "key-1234", "status": 401}, status=401)
    with pytest.raises(CommandError, match=r"^dify: It refused the API key\. \(HTTP 401 unauthorized\)$"):
        written("dify")


def test_failure_without_a_detail_is_said(vendor):
    vendor.replies.append(httpx.ConnectError("key-1234"))
    with pytest.raises(CommandError, match=r"^dify: It could not be reached\.$"):
        written("dify")


def test_unknown_provider_is_an_error(vendor):
    with pytest.raises(CommandError, match=r"^There is no provider gone, only: dify$"):
        written("gone")


def test_vendor_that_keeps_no_conversations_is_an_error(vendor):
    ProviderConfig.objects.create(name="own", kind="custom")
    with pytest.raises(CommandError, match=r"^The vendor of own keeps no conversations$"):
        written("own")


def test_provider_whose_settings_do_not_fit_is_an_error(vendor):
    ProviderConfig.objects.create(name="odd", kind="dify", options={"colour": "red"})
    with pytest.raises(CommandError, match=r"^The settings of odd do not fit its kind"):
        written("odd")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dify", "burn"],
        ["dify", "show"],
        ["dify", "rename", "c1"],
        ["dify", "--limit", "0"],
        ["dify", "--limit", "x"],
    ],
)
def test_wrong_arguments_are_an_error(vendor, arguments):
    with pytest.raises(CommandError):
        written(*arguments)
    assert not vendor.requests
