"""What Dify's words for errors mean.

They are in the `code` of a reply and of an `error` event alike, as in Dify's api/controllers/service_api/app/error.py
and api/core/app/apps/base_app_generate_response_converter.py.
"""

import re
from typing import Any

import httpx

from providers_app.contract import ErrorReason, ProviderError
from providers_app.http import error_of

_REASONS = {
    "conversation_completed": ErrorReason.NOT_FOUND,
    "provider_quota_exceeded": ErrorReason.QUOTA_EXCEEDED,
}
_MODELS_FAILURE = "completion_request_error"
"""The model behind the app has failed, for whichever reason; Dify gives it the status 400."""
_NAME = re.compile(r"[a-z0-9_]{1,64}")


def explain(status: int, body: Any) -> ProviderError | None:
    """The error in the body of a reply, or in an event; None where there is none that Dify would send."""
    code = body.get("code") if isinstance(body, dict) else None
    if not isinstance(code, str) or not _NAME.fullmatch(code):
        return None
    claimed = body.get("status")
    if isinstance(claimed, int) and httpx.codes.is_error(claimed):
        status = claimed
    if reason := _REASONS.get(code):
        return ProviderError(reason, may_pass=False, detail=f"HTTP {status} {code}")
    if code == _MODELS_FAILURE:
        return ProviderError(ErrorReason.UNAVAILABLE, may_pass=True, detail=f"HTTP {status} {code}")
    return error_of(status, code)
