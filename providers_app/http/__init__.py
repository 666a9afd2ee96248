"""One exchange with a vendor. Every way in which it can fail becomes a `ProviderError` here, once."""

from providers_app.http.failures import error_of, malformed, mapped, retry_after_s
from providers_app.http.reply import Explain, Reply, hear_out, lines_of
from providers_app.http.transport import GuardedTransport
from providers_app.http.vendor import Vendor

__all__ = [
    "Explain",
    "GuardedTransport",
    "Reply",
    "Vendor",
    "error_of",
    "hear_out",
    "lines_of",
    "malformed",
    "mapped",
    "retry_after_s",
]
