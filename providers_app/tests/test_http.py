"""What a status means, and where redirects may lead."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from providers_app.contract import ErrorReason, ProviderError
from providers_app.http import retry_after_s
from providers_app.tests.exchange import KEY, failure_of, outcome, vendor_of
from providers_app.tests.vendor import FakeVendor


@pytest.mark.parametrize(
    ("status", "reason", "may_pass"),
    [
        (400, ErrorReason.REJECTED, False),
        (401, ErrorReason.UNAUTHORIZED, False),
        (402, ErrorReason.QUOTA_EXCEEDED, False),
        (403, ErrorReason.UNAUTHORIZED, False),
        (404, ErrorReason.NOT_FOUND, False),
        (408, ErrorReason.TIMEOUT, True),
        (413, ErrorReason.TOO_LONG, False),
        (429, ErrorReason.RATE_LIMITED, True),
        (500, ErrorReason.UNAVAILABLE, True),
        (503, ErrorReason.UNAVAILABLE, True),
    ],
)
async def test_status_says_why_and_whether_it_may_pass(status, reason, may_pass):
    fake = FakeVendor()
    stream = fake.says(b"<html>", KEY.encode(), status=status, kind="text/html")
    error = await failure_of(vendor_of(fake).call("GET", "/"))
    assert outcome(error) == (reason, may_pass, f"HTTP {status}")
    assert error.retry_after_s is None
    assert stream.is_closed


async def test_retry_after_in_seconds_is_kept():
    fake = FakeVendor()
    fake.says_json({}, status=429, retry_after="7")
    assert (await failure_of(vendor_of(fake).call("GET", "/"))).retry_after_s == 7


async def test_retry_after_as_a_date_is_kept():
    fake = FakeVendor()
    fake.says_json({}, status=503, retry_after=format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True))
    delay_s = (await failure_of(vendor_of(fake).call("GET", "/"))).retry_after_s
    assert delay_s is not None
    assert 80 < delay_s <= 90


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0.5", 0.5), ("-3", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("", None), ("soon", None), ("inf", None)],
)
def test_retry_after_is_read(header, seconds):
    assert retry_after_s(header) == seconds


async def test_vendor_explains_its_own_errors():
    def explain(status, body):
        return ProviderError(ErrorReason.QUOTA_EXCEEDED, may_pass=False, detail=f"{status} {body['code']}")

    fake = FakeVendor()
    fake.says_json({"code": "no_money"}, status=429, retry_after="1")
    error = await failure_of(vendor_of(fake, explain=explain).call("GET", "/"))
    assert (outcome(error), error.retry_after_s) == ((ErrorReason.QUOTA_EXCEEDED, False, "429 no_money"), 1)


async def test_endless_error_is_not_read_to_its_end():
    fake = FakeVendor()
    never = asyncio.Event()
    fake.says(b"x" * 100_000, never, status=500)
    assert (await failure_of(vendor_of(fake).call("GET", "/"))).reason is ErrorReason.UNAVAILABLE


async def test_no_content_is_none():
    fake = FakeVendor()
    fake.says(status=204)
    assert await vendor_of(fake).call("DELETE", "/") is None


@pytest.mark.parametrize(
    ("method", "base_url", "status", "location"),
    [
        ("POST", "https://vendor.example", 307, "https://vendor.example/new/answer"),
        ("POST", "https://vendor.example", 308, "/new/answer"),
        ("GET", "https://vendor.example", 302, "/new/answer"),
        ("POST", "http://vendor.example", 308, "https://vendor.example/new/answer"),
    ],
)
async def test_redirect_of_the_same_vendor_is_followed(method, base_url, status, location):
    fake = FakeVendor()
    fake.says(status=status, location=location)
    fake.says_json({"a": 1})
    body = {"q": 1} if method == "POST" else None
    assert await vendor_of(fake, base_url).call(method, "/answer", json=body) == {"a": 1}
    second = fake.requests[1]
    assert (second.method, second.url.path) == (method, "/new/answer")
    assert second.headers["authorization"] == f"Bearer {KEY}"
    assert second.content == (json.dumps(body, separators=(",", ":")).encode() if body else b"")


@pytest.mark.parametrize(
    ("status", "location"),
    [
        (307, "https://other.example/answer"),
        (307, "https://vendor.example.other.example/answer"),
        (307, "https://vendor.example:8443/answer"),
        (307, "http://vendor.example/answer"),
        (307, "http://169.254.169.254/latest/meta-data"),
        (301, "https://vendor.example/new"),
        (302, "https://vendor.example/new"),
        (303, "https://vendor.example/new"),
    ],
)
async def test_redirect_to_another_place_or_method_is_refused(status, location):
    fake = FakeVendor()
    stream = fake.says(status=status, location=location)
    error = await failure_of(vendor_of(fake).call("POST", "/answer", json={}))
    assert outcome(error) == (ErrorReason.REDIRECTED, False, f"HTTP {status}")
    assert len(fake.requests) == 1
    assert stream.is_closed


async def test_redirects_in_a_circle_end():
    fake = FakeVendor()
    fake.says(status=307, location="/answer")
    fake.replies *= 10
    assert (await failure_of(vendor_of(fake).call("POST", "/answer", json={}))).reason is ErrorReason.REDIRECTED
    assert len(fake.requests) == 4
