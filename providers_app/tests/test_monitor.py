"""Checks in the background: each provider by one process, known to all of them."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from providers_app import gateway, monitor
from providers_app.contract import AnswerRequest, ErrorReason, ProviderError
from providers_app.gateway.incidents import on_failure
from providers_app.models import ProviderConfig, ProviderHealth
from providers_app.monitor import Standing
from providers_app.tests.scripted import ScriptedProvider, definition

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = ProviderError(ErrorReason.UNAUTHORIZED, may_pass=False, detail="HTTP 401 " + "x" * 300)


@pytest.fixture
def one(providers) -> ScriptedProvider:
    """The one provider of the test, of which nothing is known yet."""
    provider = ScriptedProvider()
    providers.have([definition("one")], provider)
    ProviderConfig.objects.create(name="one", kind="scripted")
    return provider


async def health() -> ProviderHealth:
    return await ProviderHealth.objects.aget(provider__name="one")


async def make_due() -> None:
    await ProviderHealth.objects.aupdate(checked_at=timezone.now() - timedelta(seconds=monitor.CHECK_EVERY_S + 1))


async def test_nothing_is_claimed_before_the_first_check(one):
    assert await monitor.standings() == (Standing("one", is_search=False, is_healthy=None),)
    await monitor.look()
    assert await monitor.standings() == (Standing("one", is_search=False, is_healthy=True),)
    found = await health()
    assert (found.is_healthy, found.error_reason, found.failed_at) == (True, "", None)
    assert found.check_ms is not None
    assert found.check_ms < 10_000


async def test_failure_is_kept_with_its_reason_after_the_provider_is_well_again(one):
    one.fault = REFUSED
    await monitor.look()
    found = await health()
    assert (found.is_healthy, found.error_reason, found.error_detail) == (False, "unauthorized", REFUSED.detail[:200])
    one.fault = None
    await make_due()
    await monitor.look()
    found = await health()
    assert (found.is_healthy, found.error_reason) == (True, "unauthorized")


async def test_fresh_result_is_not_checked_again_until_the_provider_is_changed(one):
    await monitor.look()
    one.fault = REFUSED
    await monitor.look()
    assert (await health()).is_healthy
    await ProviderHealth.objects.aupdate(checked_at=None)
    await monitor.look()
    assert not (await health()).is_healthy


async def test_each_provider_is_checked_by_one_of_several_processes(one):
    await monitor.look()
    await make_due()
    claims = await asyncio.gather(*(asyncio.to_thread(monitor._claim, ["one"], {}) for _process in range(4)))
    assert sorted(claims) == [[], [], [], ["one"]]


async def test_check_that_hangs_is_a_timeout_and_one_that_breaks_keeps_nothing_from_the_others(
    providers, monkeypatch, caplog
):
    class Hanging(ScriptedProvider):
        async def check(self) -> None:
            await asyncio.Event().wait()

    class Broken(ScriptedProvider):
        async def check(self) -> None:
            raise KeyError("secret")

    names = ("hanging", "broken", "well")
    providers.have([definition(name) for name in names], Hanging(), Broken(), ScriptedProvider())
    for name in names:
        await ProviderConfig.objects.acreate(name=name, kind="scripted")
    monkeypatch.setattr(monitor, "CHECK_TIMEOUT_S", 0.01)
    await monitor.look()
    found = {row.provider_id: row async for row in ProviderHealth.objects.order_by("provider__pk")}
    assert [(row.is_healthy, row.error_reason, row.error_detail) for row in found.values()] == [
        (False, "timeout", ""),
        (False, "unavailable", "KeyError"),
        (True, "", ""),
    ]


async def test_result_that_is_too_old_is_no_knowledge(one):
    await monitor.look()
    await ProviderHealth.objects.aupdate(checked_at=timezone.now() - timedelta(seconds=monitor.FORGET_S + 1))
    assert await monitor.standings() == (Standing("one", is_search=False, is_healthy=None),)


async def test_failure_at_a_question_is_the_last_error_and_leaves_the_health_alone(one):
    await monitor.look()
    on_failure(monitor._notice)
    one.script = [ProviderError(ErrorReason.QUOTA_EXCEEDED, may_pass=False, detail="HTTP 402")]
    with suppress(ProviderError):
        async for _event in gateway.ask(AnswerRequest("why")):
            pass
    await monitor.look()
    found = await health()
    assert (found.is_healthy, found.error_reason, found.error_detail) == (True, "quota_exceeded", "HTTP 402")
    assert found.failed_at is not None
    assert monitor._failures == {}


async def test_watching_goes_on_after_a_failure_and_ends_with_the_process(one, monkeypatch, caplog):
    looked = asyncio.Event()
    looks = 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise OSError
        looked.set()

    monkeypatch.setattr(monitor, "look", look)
    monkeypatch.setattr(monitor, "LOOK_EVERY_S", 0.001)
    monitor.start()
    monitor.start()
    assert len(asyncio.all_tasks()) == 2
    async with asyncio.timeout(5):
        await looked.wait()
    await monitor.stop()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert "The providers could not be checked" in caplog.text
