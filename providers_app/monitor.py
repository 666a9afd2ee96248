"""How the providers are: checked in the background, each by one process, and known to all of them."""

import asyncio
import logging
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from providers_app.contract import ErrorReason, ProviderError
from providers_app.definition import Definition
from providers_app.directory import directory
from providers_app.gateway.clients import clients
from providers_app.gateway.incidents import on_failure
from providers_app.live_copy import in_database_thread
from providers_app.loops import PerLoop
from providers_app.models import ProviderConfig, ProviderHealth
from providers_app.registry import traits_of

logger = logging.getLogger(__name__)
CHECK_EVERY_S = 30
CHECK_TIMEOUT_S = 10.0
LOOK_EVERY_S = 5.0
"""How often a process looks whose check is due; a provider that was just changed is checked at the next look."""
FORGET_S = 4 * CHECK_EVERY_S
"""After so long without a check, nobody knows."""
MAX_DETAIL = 200

_failures: dict[str, tuple[ProviderError, datetime]] = {}
"""The last failure of each provider at a real question, until the next look stores it."""
_watching: PerLoop[asyncio.Task[None]] = PerLoop(lambda: asyncio.create_task(_watch()))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a provider fared when it was last checked; None where that is not known."""

    name: str
    is_search: bool
    is_healthy: bool | None


async def standings() -> tuple[Standing, ...]:
    """Those of the enabled providers, in the order of failover. Raises `DatabaseError`."""
    definitions = (await directory.current()).definitions
    known = await in_database_thread(_known)
    return tuple(Standing(found.name, traits_of(found.kind).is_search, known.get(found.name)) for found in definitions)


def start() -> None:
    """Watch the providers from the running event loop, unless it does so already."""
    on_failure(_notice)
    if _watching.get().done():
        _watching.pop()
        _watching.get()


async def stop() -> None:
    """End what `start` has begun in the running event loop."""
    if task := _watching.pop():
        task.cancel()
        await asyncio.wait([task])


async def look() -> None:
    """Check the providers whose check is due and that no other process checks, and store what questions met."""
    definitions = {found.name: found for found in (await directory.current()).definitions}
    failures = dict(_failures)
    _failures.clear()
    claimed = await in_database_thread(lambda: _claim(definitions, failures))
    async with asyncio.TaskGroup() as checks:
        for name in claimed:
            checks.create_task(_check(definitions[name]))


async def _watch() -> None:
    while True:
        try:
            await look()
        except Exception:
            logger.exception("The providers could not be checked")
        await asyncio.sleep(LOOK_EVERY_S * random.uniform(0.8, 1.2))  # noqa: S311 - so that processes take turns


def _notice(definition: Definition, error: ProviderError) -> None:
    _failures[definition.name] = error, timezone.now()


async def _check(definition: Definition) -> None:
    started_at, error = perf_counter(), None
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            await clients().provider(definition).check()
    except ProviderError as failure:
        error = failure
    except TimeoutError:
        error = ProviderError(ErrorReason.TIMEOUT, may_pass=True)
    except Exception as failure:
        logger.exception("Checking provider %s", definition.name)
        error = ProviderError(ErrorReason.UNAVAILABLE, may_pass=True, detail=type(failure).__name__)
    check_ms = round((perf_counter() - started_at) * 1000, 1)
    try:
        await in_database_thread(lambda: _record(definition.name, check_ms, error))
    except DatabaseError:
        logger.exception("The health of provider %s could not be stored", definition.name)


def known(health: ProviderHealth) -> bool | None:
    """Whether the provider is well; None where that is not known, or no longer."""
    since = timezone.now() - timedelta(seconds=FORGET_S)
    return health.is_healthy if health.checked_at and health.checked_at > since else None


def _known() -> dict[str, bool | None]:
    return {row.provider.name: known(row) for row in ProviderHealth.objects.select_related("provider")}


def _claim(names: Iterable[str], failures: dict[str, tuple[ProviderError, datetime]]) -> list[str]:
    """Store the failures, and take those providers whose check is due."""
    _add_missing()
    for name, (error, failed_at) in failures.items():
        ProviderHealth.objects.filter(provider__name=name).update(**_failure(error, failed_at))
    now = timezone.now()
    is_due = Q(checked_at=None) | Q(checked_at__lt=now - timedelta(seconds=CHECK_EVERY_S))
    due = ProviderHealth.objects.filter(is_due, provider__name__in=list(names)).values_list("provider__name", "pk")
    return [name for name, key in due if ProviderHealth.objects.filter(is_due, pk=key).update(checked_at=now)]


def _add_missing() -> None:
    missing = ProviderConfig.objects.filter(health=None)
    ProviderHealth.objects.bulk_create((ProviderHealth(provider=row) for row in missing), ignore_conflicts=True)


def _record(name: str, check_ms: float, error: ProviderError | None) -> None:
    found = {"is_healthy": error is None, "check_ms": check_ms}
    failure = _failure(error, timezone.now()) if error else {}
    ProviderHealth.objects.filter(provider__name=name).update(**found, **failure)


def _failure(error: ProviderError, failed_at: datetime) -> dict[str, object]:
    return {"error_reason": error.reason, "error_detail": error.detail[:MAX_DETAIL], "failed_at": failed_at}
