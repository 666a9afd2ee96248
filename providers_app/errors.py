"""What the vendors of models mean by their errors, told from names and words that are matched and never shown.

The names and words are those of OpenAI, Azure, vLLM, llama.cpp, LM Studio, Ollama, LiteLLM, OpenRouter, DeepSeek,
DashScope, Mistral, Groq, xAI, Anthropic and Gemini, from their documentation and from reports of their users.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from providers_app.contract import ErrorReason, ProviderError
from providers_app.http import error_of

_REASONS = {
    "insufficient_quota": ErrorReason.QUOTA_EXCEEDED,
    "billing_hard_limit_reached": ErrorReason.QUOTA_EXCEEDED,
    "Arrearage": ErrorReason.QUOTA_EXCEEDED,
    "context_length_exceeded": ErrorReason.TOO_LONG,
    "exceed_context_size_error": ErrorReason.TOO_LONG,
    "content_filter": ErrorReason.BLOCKED,
    "content_policy_violation": ErrorReason.BLOCKED,
    "ResponsibleAIPolicyViolation": ErrorReason.BLOCKED,
    "data_inspection_failed": ErrorReason.BLOCKED,
    "invalid_api_key": ErrorReason.UNAUTHORIZED,
    "no_db_connection": ErrorReason.UNAUTHORIZED,  # LiteLLM without a database knows one key alone
    "API_KEY_INVALID": ErrorReason.UNAUTHORIZED,
    "model_not_found": ErrorReason.NOT_FOUND,
    "DeploymentNotFound": ErrorReason.NOT_FOUND,
}
_STATUSES = {
    "invalid_request_error": httpx.codes.BAD_REQUEST,
    "authentication_error": httpx.codes.UNAUTHORIZED,
    "permission_error": httpx.codes.FORBIDDEN,
    "not_found_error": httpx.codes.NOT_FOUND,
    "rate_limit_error": httpx.codes.TOO_MANY_REQUESTS,
    "rate_limit_exceeded": httpx.codes.TOO_MANY_REQUESTS,
}
_TOO_LONG = re.compile(
    r"context.?(length|size|window|limit)|when context the overflows|n_keep.*n_ctx|reduce the length"
    r"|range of input length|maximum (input|prompt|model) length|maximum number of tokens allowed|model token limit"
    r"|(prompt|input) is too long|too many tokens|max_tokens must be at least 1, got -",
    re.IGNORECASE,
)
_NO_SUCH_MODEL = re.compile(
    r"invalid model name|not a valid model|model not exist|\bmodel\b.{0,150}(not found|does not exist)", re.IGNORECASE
)
_REFUSED = re.compile(r"un(?:supported|recognized)[\w ]*: '?(\w+)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][\w.-]{0,63}")
_ERROR_STATUSES = range(400, 600)


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as the vendor describes it. `status` is 0 where none is known; `message` may quote what was asked."""

    status: int
    names: tuple[str, ...]
    message: str
    parameter: str

    @property
    def code(self) -> str:
        """The vendor's word for it, fit for operators."""
        return next((name for name in self.names if _NAME.fullmatch(name)), "")


def explain(status: int, body: Any) -> ProviderError | None:
    """The error in a reply's body or in one of its chunks; None where there is none."""
    fault = fault_in(status, body)
    return None if fault is None else meaning_of(fault)


def fault_in(status: int, body: Any) -> Fault | None:
    """Read an error: OpenAI's and Gemini's object, a bare string (Ollama), or the error's fields alone (old vLLM)."""
    if isinstance(body, list):
        body = body[0] if body else None
    if not isinstance(body, dict):
        return None
    error = body.get("error") or (body if status in _ERROR_STATUSES or body.get("object") == "error" else None)
    if error is None:
        return None
    if not isinstance(error, dict):
        error = {"message": error}
    names = tuple(name for name in _names(error) if isinstance(name, str))
    words = (error.get("message"), _part(error, "metadata").get("raw"))
    return Fault(
        status if status in _ERROR_STATUSES else _claimed_status(error, names),
        names,
        " ".join(word for word in words if isinstance(word, str)),
        parameter if isinstance(parameter := error.get("param"), str) else "",
    )


def meaning_of(fault: Fault) -> ProviderError:
    """The error for the gateway and for operators."""
    detail = f"HTTP {fault.status or httpx.codes.OK} {fault.code}".strip()
    for name in fault.names:
        if name in _REASONS:
            return ProviderError(_REASONS[name], may_pass=False, detail=detail)
    if fault.status in {0, 400, 404, 413, 422, 500}:
        if _TOO_LONG.search(fault.message):
            return ProviderError(ErrorReason.TOO_LONG, may_pass=False, detail=detail)
        if _NO_SUCH_MODEL.search(fault.message):
            return ProviderError(ErrorReason.NOT_FOUND, may_pass=False, detail=f"{detail}: no such model")
    if not fault.status:
        return ProviderError(ErrorReason.UNAVAILABLE, may_pass=True, detail=detail)
    return error_of(fault.status, fault.code)


def refused_parameter(fault: Fault) -> str:
    """The name of the parameter that the vendor does not take; "" where the error is another."""
    if found := _REFUSED.search(fault.message):
        return found[1]
    return fault.parameter if fault.code in {"unsupported_parameter", "unsupported_value"} else ""


def _names(error: dict[str, Any]) -> Iterator[Any]:
    """The vendor's words for the error, the most telling first."""
    inner, metadata, details = _part(error, "innererror"), _part(error, "metadata"), error.get("details")
    if isinstance(details, list):
        yield from (detail.get("reason") for detail in details if isinstance(detail, dict))
    yield from (error.get("code"), inner.get("code"), error.get("status"), error.get("type"))
    if "flagged_input" in metadata:  # OpenRouter's moderation
        yield "content_policy_violation"


def _claimed_status(error: dict[str, Any], names: tuple[str, ...]) -> int:
    """The HTTP status that an error inside a reply with status 200 claims."""
    for claim in (error.get("code"), error.get("status"), *(_STATUSES.get(name) for name in names)):
        if isinstance(claim, int | str) and str(claim).isdecimal() and int(claim) in _ERROR_STATUSES:
            return int(claim)
    return 0


def _part(error: dict[str, Any], name: str) -> dict[str, Any]:
    return part if isinstance(part := error.get(name), dict) else {}
