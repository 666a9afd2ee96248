"""Where webhooks may lead: whoever hands in a batch names a place that this service then calls."""

import httpx
from django.conf import settings

from batch_app.refusals import invalid
from providers_app.addresses import AddressPolicy, url_fault

FAULTS = {
    "scheme": "must begin with http:// or https://",
    "host": "names no host",
    "credentials": "must hold no user name and no password",
    "address": "is malformed",
    "refused": "leads to an address that is not allowed (PROVIDER_PRIVATE_ADDRESSES)",
}
MAX_LENGTH = 1_000


def policy() -> AddressPolicy:
    """Public addresses, and those that the setting names.

    The hosts of providers that the environment describes are not among them: what is called there is for operators to
    say, and anybody may hand in a batch.
    """
    return AddressPolicy.of(settings.PROVIDER_PRIVATE_ADDRESSES)


def check_url(url: str) -> None:
    """Raises `RefusedError` for a URL that no webhook can have; where its name leads to is seen at each call."""
    if len(url) > MAX_LENGTH:
        message = f"The webhook's URL has at most {MAX_LENGTH} characters."
        raise invalid(message, field="options.webhook_url", limit=MAX_LENGTH)
    fault = url_fault(url, policy())
    if fault or not _can_be_sent(url):
        raise invalid(f"The webhook's URL {FAULTS[fault or 'address']}.", field="options.webhook_url")


def _can_be_sent(url: str) -> bool:
    try:
        httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        return False
    return True
