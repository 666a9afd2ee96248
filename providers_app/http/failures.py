"""In which ways an exchange with a vendor can fail: each becomes a `ProviderError` here, once."""

import email.utils
import math
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from providers_app.addresses import AddressRefusedError, HostUnknownError
from providers_app.contract import ErrorReason, ProviderError

_BY_STATUS = {
    401: ErrorReason.UNAUTHORIZED,
    402: ErrorReason.QUOTA_EXCEEDED,
    403: ErrorReason.UNAUTHORIZED,
    404: ErrorReason.NOT_FOUND,
    405: ErrorReason.NOT_FOUND,
    408: ErrorReason.TIMEOUT,
    410: ErrorReason.NOT_FOUND,
    413: ErrorReason.TOO_LONG,
    429: ErrorReason.RATE_LIMITED,
}
_MAY_PASS = {ErrorReason.TIMEOUT, ErrorReason.RATE_LIMITED, ErrorReason.UNAVAILABLE}


def error_of(status: int, code: str = "") -> ProviderError:
    """The error that a status means everywhere; `code` is the vendor's word for it."""
    is_servers = status >= httpx.codes.INTERNAL_SERVER_ERROR
    reason = _BY_STATUS.get(status, ErrorReason.UNAVAILABLE if is_servers else ErrorReason.REJECTED)
    return ProviderError(reason, may_pass=reason in _MAY_PASS, detail=f"HTTP {status} {code}".strip())


def malformed(detail: str = "") -> ProviderError:
    """The vendor's reply cannot be read."""
    return ProviderError(ErrorReason.MALFORMED, may_pass=True, detail=detail)


def retry_after_s(header: str) -> float | None:
    """What `Retry-After` says, a number of seconds or a date (RFC 9110, 10.2.3)."""
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(header).timestamp() - time.time()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


@contextmanager
def mapped() -> Iterator[None]:
    """The errors of an exchange as `ProviderError`, without the originals, whose texts may quote a header."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise ProviderError(ErrorReason.TIMEOUT, may_pass=True, detail=_kind(error)) from None
    except httpx.ConnectError as error:
        raise _connect_error(error) from None
    except (httpx.DecodingError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise ProviderError(ErrorReason.MALFORMED, may_pass=False, detail=_kind(error)) from None
    except (httpx.LocalProtocolError, UnicodeError):
        raise ProviderError(
            ErrorReason.MALFORMED, may_pass=False, detail="the URL or the key holds what cannot be sent"
        ) from None
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise ProviderError(ErrorReason.INTERRUPTED, may_pass=True, detail=_kind(error)) from None


def _connect_error(error: httpx.ConnectError) -> ProviderError:
    if isinstance(error, AddressRefusedError):
        return ProviderError(ErrorReason.ADDRESS_REFUSED, may_pass=False)
    if isinstance(error, HostUnknownError):
        return ProviderError(ErrorReason.UNKNOWN_HOST, may_pass=True)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            detail = getattr(cause, "verify_message", "") or cause.reason or ""
            return ProviderError(ErrorReason.INSECURE, may_pass=False, detail=detail)
        cause = cause.__cause__ or cause.__context__
    return ProviderError(ErrorReason.UNREACHABLE, may_pass=True)


def _kind(error: Exception) -> str:
    return type(error).__qualname__
