import pytest

from providers_app.contract import AnswerEnded, ErrorReason, ProviderError, TextDelta
from providers_app.registry import traits_of
from providers_app.tests.recorded.context import GOOD
from providers_app.tests.vendor import FakeVendor, events_of


async def test_an_answer_comes_from_the_default_model() -> None:
    vendor = FakeVendor()
    vendor.says(*GOOD)
    base_url = traits_of("context").default_base_url
    events = await events_of(vendor.provider("context", base_url, temperature=0.0, max_answer_tokens=50))
    assert events[:3] == [TextDelta("Hello"), TextDelta(" 世"), TextDelta("界")]
    assert isinstance(events[3], AnswerEnded)
    assert str(vendor.requests[0].url) == "https://api.context.ai/v1/chat/completions"
    assert vendor.requests[0].headers["authorization"] == "Bearer key-1234"
    assert vendor.bodies == [
        {
            "model": "gpt-4",
            "messages": [{"role": "user", "content": "why"}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0.0,
            "max_tokens": 50,
        }
    ]


async def test_a_check_lists_the_models() -> None:
    vendor = FakeVendor()
    vendor.says_json({"data": []})
    vendor.says_json({"error": {"message": "why", "type": "authentication_error"}}, status=401)
    provider = vendor.provider("context", "https://context.example/v1")
    await provider.check()
    with pytest.raises(ProviderError) as caught:
        await provider.check()
    assert (caught.value.reason, caught.value.detail) == (ErrorReason.UNAUTHORIZED, "HTTP 401 authentication_error")
    assert [str(request.url) for request in vendor.requests] == ["https://context.example/v1/models"] * 2


async def test_without_a_key_nothing_is_sent() -> None:
    vendor = FakeVendor()
    with pytest.raises(ProviderError) as caught:
        await events_of(vendor.provider("context", key=""))
    assert (caught.value.reason, caught.value.may_pass, vendor.requests) == (ErrorReason.KEY_MISSING, False, [])
