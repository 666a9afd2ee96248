from typing import Any

import pytest

from providers_app.contract import ErrorReason
from providers_app.errors import explain

OPENAI_TOO_LONG = {
    "error": {
        "message": "This model's maximum context length is 8192 tokens. However, your messages resulted in 8227.",
        "type": "invalid_request_error",
        "param": "messages",
        "code": "context_length_exceeded",
    }
}
OPENROUTER_UPSTREAM = {
    "error": {
        "message": "Provider returned error",
        "code": 400,
        "metadata": {
            "raw": '{"error":{"message":"This model\'s maximum context length is 262144 tokens.","code":400}}',
            "provider_name": "Nvidia",
        },
    }
}
AZURE_FILTER = {
    "error": {
        "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        "type": None,
        "param": "prompt",
        "code": "content_filter",
        "status": 400,
        "innererror": {"code": "ResponsibleAIPolicyViolation"},
    }
}
GEMINI_KEY = {
    "error": {
        "code": 400,
        "message": "API key not valid. Please pass a valid API key.",
        "status": "INVALID_ARGUMENT",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}],
    }
}


def error(message: str = "", **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, **fields}}


TOO_LONG = {
    "vLLM": "This model's maximum context length is 16384 tokens. However, you requested 122946 tokens",
    "vLLM, older": "max_tokens must be at least 1, got -186.",
    "OpenRouter": "This endpoint's maximum context length is 40960 tokens. However, you requested about 42988 tokens",
    "OpenAI, newer": "Your input exceeds the context window of this model. Please adjust your input and try again.",
    "LiteLLM": "litellm.ContextWindowExceededError: litellm.BadRequestError: this is a mock",
    "DashScope": "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 204800]",
    "Ollama": "the input length exceeds the context length",
    "llama.cpp": "the request exceeds the available context size. try increasing the context size",
    "LM Studio": "Trying to keep the first 10136 tokens when context the overflows. However, the model is loaded",
    "LM Studio, newer": "Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)",
    "Groq": "Please reduce the length of the messages or completion.",
    "xAI": "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    "Anthropic": "prompt is too long: 213462 tokens > 200000 maximum",
    "Bedrock": "Input is too long for requested model.",
    "Gemini": "The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).",
    "Moonshot": "Invalid request: Your request exceeded model token limit: 8192",
}


@pytest.mark.parametrize("vendor", TOO_LONG)
def test_too_long_is_understood_of_every_vendor(vendor: str) -> None:
    for status in (400, 0):
        found = explain(status, error(TOO_LONG[vendor], type="BadRequestError"))
        assert found is not None
        assert (found.reason, found.may_pass) == (ErrorReason.TOO_LONG, False)


NAMED = [
    (400, OPENAI_TOO_LONG, ErrorReason.TOO_LONG, "HTTP 400 context_length_exceeded"),
    (400, OPENROUTER_UPSTREAM, ErrorReason.TOO_LONG, "HTTP 400"),
    (0, error(code=500, type="exceed_context_size_error"), ErrorReason.TOO_LONG, "HTTP 500 exceed_context_size_error"),
    (
        429,
        error(type="insufficient_quota", code="insufficient_quota"),
        ErrorReason.QUOTA_EXCEEDED,
        "HTTP 429 insufficient_quota",
    ),
    (402, error("Insufficient Balance", type="unknown_error"), ErrorReason.QUOTA_EXCEEDED, "HTTP 402 unknown_error"),
    (400, error("Access denied", code="Arrearage"), ErrorReason.QUOTA_EXCEEDED, "HTTP 400 Arrearage"),
    (429, error(type="rate_limit_exceeded"), ErrorReason.RATE_LIMITED, "HTTP 429 rate_limit_exceeded"),
    (401, error(code="invalid_api_key"), ErrorReason.UNAUTHORIZED, "HTTP 401 invalid_api_key"),
    (
        400,
        error("No connected db.", type="no_db_connection", code="400"),
        ErrorReason.UNAUTHORIZED,
        "HTTP 400 no_db_connection",
    ),
    (400, GEMINI_KEY, ErrorReason.UNAUTHORIZED, "HTTP 400 API_KEY_INVALID"),
    (400, [GEMINI_KEY], ErrorReason.UNAUTHORIZED, "HTTP 400 API_KEY_INVALID"),
    (400, AZURE_FILTER, ErrorReason.BLOCKED, "HTTP 400 content_filter"),
    (
        403,
        error(code=403, metadata={"reasons": ["violence"], "flagged_input": "x"}),
        ErrorReason.BLOCKED,
        "HTTP 403 content_policy_violation",
    ),
    (404, error(code="DeploymentNotFound"), ErrorReason.NOT_FOUND, "HTTP 404 DeploymentNotFound"),
    (
        404,
        error("The model `m` does not exist.", type="NotFoundError", code=404),
        ErrorReason.NOT_FOUND,
        "HTTP 404 NotFoundError: no such model",
    ),
    (
        400,
        error("Model Not Exist", type="invalid_request_error"),
        ErrorReason.NOT_FOUND,
        "HTTP 400 invalid_request_error: no such model",
    ),
    (400, error("Invalid model name passed in model=m", code="400"), ErrorReason.NOT_FOUND, "HTTP 400: no such model"),
    (400, error("m is not a valid model ID", code=400), ErrorReason.NOT_FOUND, "HTTP 400: no such model"),
    (404, {"detail": "Not Found"}, ErrorReason.NOT_FOUND, "HTTP 404"),
    (
        503,
        {"object": "error", "message": "x", "type": "overloaded", "code": 503},
        ErrorReason.UNAVAILABLE,
        "HTTP 503 overloaded",
    ),
    (0, error(code=502), ErrorReason.UNAVAILABLE, "HTTP 502"),
    (0, error(code="429"), ErrorReason.RATE_LIMITED, "HTTP 429"),
    (0, error(type="authentication_error"), ErrorReason.UNAUTHORIZED, "HTTP 401 authentication_error"),
    (0, error(type="server_error"), ErrorReason.UNAVAILABLE, "HTTP 200 server_error"),
    (0, {"error": "unexpected EOF"}, ErrorReason.UNAVAILABLE, "HTTP 200"),
    (0, {"object": "error", "message": "x", "code": 400}, ErrorReason.REJECTED, "HTTP 400"),
    (500, {"error": {"details": "x", "metadata": "x", "code": {}, "message": 3}}, ErrorReason.UNAVAILABLE, "HTTP 500"),
]


@pytest.mark.parametrize(("status", "body", "reason", "detail"), NAMED)
def test_an_error_is_told_by_its_names_and_status(status: int, body: Any, reason: ErrorReason, detail: str) -> None:
    found = explain(status, body)
    assert found is not None
    may_pass = reason in {ErrorReason.RATE_LIMITED, ErrorReason.UNAVAILABLE}
    assert (found.reason, found.may_pass, found.detail) == (reason, may_pass, detail)


@pytest.mark.parametrize("body", [None, [], "text", {}, {"choices": []}, {"error": None}])
def test_a_body_without_an_error_is_none(body: Any) -> None:
    assert explain(0, body) is None


def test_what_a_vendor_says_never_gets_into_the_detail() -> None:
    found = explain(400, error("why did Ann call sk-12345?", code="why did Ann call", type="sk 12345"))
    assert found is not None
    assert found.detail == "HTTP 400"
