import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.migrations.executor import MigrationExecutor
from django.test import AsyncClient
from django.utils import timezone
from pytest_django.fixtures import Settings

from batch_app.models import BatchWorker
from providers_app.monitor import Standing
from rtrag_site import __version__, health


@pytest.fixture(autouse=True)
def own_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that another test has found out, and no checks in the background."""
    monkeypatch.setattr(health, "database", health.Check(health._database_state, otherwise="unreachable"))
    monkeypatch.setattr(health, "standings", known({"knowledge": True}))
    monkeypatch.setattr(health, "batch_worker", health.Check(health._has_batch_worker, otherwise=False))
    monkeypatch.setattr(health, "_is_migrated", type(health._is_migrated)())
    monkeypatch.setattr("providers_app.monitor.start", lambda: None)


def known(healthy: dict[str, bool | None], *, searching: Sequence[str] = ()) -> health.Check[tuple[Standing, ...]]:
    """What the monitor knows, in the order of failover."""

    async def standings() -> tuple[Standing, ...]:
        return tuple(Standing(name, name in searching, is_healthy) for name, is_healthy in healthy.items())

    return health.Check(standings, otherwise=())


async def get(client: AsyncClient, path: str) -> tuple[int, Any]:
    response = await client.get(path)
    assert "no-store" in response["Cache-Control"]
    return response.status_code, response.json()


@pytest.mark.django_db(transaction=True)
async def test_health_has_the_shape_of_the_contract(async_client: AsyncClient) -> None:
    assert await get(async_client, "/health") == (
        200,
        {
            "status": "healthy",
            "version": __version__,
            "services": {"rag": "available", "search": "not_configured", "batch_processing": "unavailable"},
            "providers": {"knowledge": "available"},
            "rag_configured": True,
            "batch_processing_enabled": True,
        },
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("healthy", "status", "rag"),
    [
        ({}, "degraded", "not_configured"),
        ({"dify": None}, "degraded", "unknown"),
        ({"dify": False}, "degraded", "unavailable"),
        ({"dify": False, "knowledge": True}, "degraded", "available"),
        ({"dify": False, "knowledge": None}, "degraded", "unknown"),
        ({"dify": True, "knowledge": False}, "healthy", "available"),
    ],
)
async def test_health_is_that_of_the_provider_that_is_asked_first(
    async_client: AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    healthy: dict[str, bool | None],
    status: str,
    rag: str,
) -> None:
    monkeypatch.setattr(health, "standings", known(healthy))
    code, body = await get(async_client, "/health")
    assert (code, body["status"], body["services"]["rag"]) == (200, status, rag)
    assert body["rag_configured"] is bool(healthy)


@pytest.mark.django_db(transaction=True)
async def test_web_search_is_a_service_of_its_own(async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "standings", known({"serper": False, "knowledge": True}, searching=["serper"]))
    _code, body = await get(async_client, "/health")
    assert (body["status"], body["services"]["rag"], body["services"]["search"]) == (
        "healthy",
        "available",
        "unavailable",
    )
    assert body["providers"] == {"serper": "unavailable", "knowledge": "available"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("seen", "is_enabled", "word"),
    [
        (timedelta(seconds=2), True, "available"),
        (timedelta(minutes=5), True, "unavailable"),
        (timedelta(seconds=2), False, "disabled"),
    ],
)
async def test_batches_are_processed_where_a_worker_was_seen_lately(
    async_client: AsyncClient, settings: Settings, seen: timedelta, is_enabled: bool, word: str
) -> None:
    settings.BATCH_ENABLED = is_enabled
    await BatchWorker.objects.acreate(name="celery@host", seen_at=timezone.now() - seen)
    _code, body = await get(async_client, "/health")
    assert (body["services"]["batch_processing"], body["batch_processing_enabled"]) == (word, is_enabled)


@pytest.mark.django_db(transaction=True)
async def test_ready_where_the_database_is_reached_and_migrated(async_client: AsyncClient) -> None:
    assert await get(async_client, "/health/ready") == (200, {"status": "ready"})
    assert await health._database_state() == ""  # and again, now that the migrations are known to be applied


@pytest.mark.django_db(transaction=True)
async def test_not_ready_while_migrations_wait(async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["0002"])
    assert await get(async_client, "/health/ready") == (503, {"status": "not_ready", "database": "migrations"})


async def test_unhealthy_but_live_without_the_database(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.ensure_connection", refuse)
    status, body = await get(async_client, "/health")
    assert (status, body["status"]) == (503, "unhealthy")
    assert await get(async_client, "/health/ready") == (503, {"status": "not_ready", "database": "unreachable"})
    assert await get(async_client, "/health/live") == (200, {"status": "live"})


async def test_check_runs_once_for_all_who_ask_together() -> None:
    runs = 0

    async def count() -> int:
        nonlocal runs
        runs += 1
        await asyncio.sleep(0)
        return runs

    check = health.Check(count, otherwise=0)
    assert await asyncio.gather(*(check.result() for _ in range(5))) == [1] * 5
    assert await check.result() == 1


async def test_check_that_hangs_or_fails_gives_the_other_result(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail() -> str:
        raise RuntimeError

    async def hang() -> str:
        await asyncio.Event().wait()
        return "never"

    monkeypatch.setattr(health, "CHECK_TIMEOUT_S", 0)
    assert await health.Check(hang, otherwise="instead").result() == "instead"
    monkeypatch.undo()
    assert await health.Check(fail, otherwise="instead").result() == "instead"
