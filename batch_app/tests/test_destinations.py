import pytest
from pytest_django.fixtures import Settings

from batch_app.destinations import MAX_LENGTH, check_url
from batch_app.entries import Entries, Entry
from batch_app.models import BatchTask
from batch_app.refusals import Code, RefusedError
from batch_app.submission import Options, Submission, submit


@pytest.mark.parametrize(
    "url", ["https://receiver.example/hook?a=b", "http://93.184.216.34:8080", "https://例子.example"]
)
def test_public_places_are_accepted(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("receiver.example/hook", "begin with"),
        ("ftp://receiver.example", "begin with"),
        ("javascript:alert(1)", "begin with"),
        ("https://", "no host"),
        ("https://receiver .example", "no host"),
        ("https://me:word@receiver.example", "no password"),
        ("https://receiver.example:99999", "malformed"),
        ("https://[::1", "malformed"),
        ("https://receiver.example/\x00", "malformed"),
        ("https://receiver.example/\ud800", "malformed"),
        ("http://127.0.0.1/hook", "not allowed"),
        ("http://169.254.169.254/latest/meta-data", "not allowed"),
        ("http://[::ffff:10.0.0.1]/", "not allowed"),
        (f"https://receiver.example/{'a' * MAX_LENGTH}", "at most 1000"),
    ],
)
def test_other_places_are_refused(url: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said) as caught:
        check_url(url)
    assert caught.value.code == Code.INVALID_MESSAGE
    assert caught.value.details["field"] == "options.webhook_url"
    assert url not in caught.value.message


def test_private_address_that_operators_allow_is_accepted(settings: Settings) -> None:
    settings.PROVIDER_PRIVATE_ADDRESSES = ["10.0.0.0/8"]
    check_url("http://10.1.2.3/hook")


@pytest.mark.django_db
def test_batch_with_a_webhook_that_cannot_be_is_refused(settings: Settings) -> None:
    url = f"https://receiver.example/{'a' * MAX_LENGTH}"[:MAX_LENGTH]
    submit(Submission("Exam", Entries([Entry("Why?")]), options=Options(webhook_url=url)))
    assert BatchTask.objects.get().webhook_url == url
    with pytest.raises(RefusedError):
        submit(Submission("Exam", Entries([Entry("Why?")]), options=Options(webhook_url="http://10.1.2.3")))
    assert BatchTask.objects.count() == 1
