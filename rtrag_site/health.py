"""How the service is: one report for people and monitors, two short answers for orchestrators."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from batch_app import status as batches
from providers_app import monitor
from providers_app.monitor import Standing
from rtrag_site import __version__

logger = logging.getLogger(__name__)
FRESH_S = 2.0
CHECK_TIMEOUT_S = 2.0
WORDS = {True: "available", False: "unavailable", None: "unknown"}
Result = TypeVar("Result")


class Check(Generic[Result]):
    """A check whose result serves everybody who asks within `FRESH_S`; it never runs twice at a time.

    Who asks gets `otherwise` where the check fails or has not ended after `CHECK_TIMEOUT_S`.
    """

    def __init__(self, run: Callable[[], Coroutine[Any, Any, Result]], otherwise: Result) -> None:
        self._run = run
        self._otherwise = otherwise
        self._task: asyncio.Task[Result] | None = None
        self._fresh_until = 0.0

    async def result(self) -> Result:
        loop = asyncio.get_running_loop()
        if self._task is None or (self._task.done() and loop.time() > self._fresh_until):
            self._task = loop.create_task(self._run())
            self._fresh_until = loop.time() + FRESH_S
        try:
            return await asyncio.wait_for(asyncio.shield(self._task), CHECK_TIMEOUT_S)
        except TimeoutError:
            return self._otherwise
        except Exception:
            logger.exception("A health check failed")
            return self._otherwise


@sync_to_async(thread_sensitive=False)
def _database_state() -> str:
    """What keeps the database from being used: "" (nothing), "unreachable" or "migrations"."""
    try:
        connection.ensure_connection()
        if _is_migrated.is_set():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return ""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "migrations"
        _is_migrated.set()
    except DatabaseError:
        return "unreachable"
    finally:
        connection.close()
    return ""


@sync_to_async(thread_sensitive=False)
def _has_batch_worker() -> bool:
    """Whether a worker that takes batches was seen lately."""
    try:
        return any(worker.is_alive for worker in batches.workers())
    except DatabaseError:
        return False
    finally:
        connection.close()


_is_migrated = threading.Event()
database = Check(_database_state, otherwise="unreachable")
standings: Check[tuple[Standing, ...]] = Check(monitor.standings, otherwise=())
batch_worker = Check(_has_batch_worker, otherwise=False)


@never_cache
async def live(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "live"})


@never_cache
async def ready(_request: HttpRequest) -> JsonResponse:
    problem = await database.result()
    if problem:
        return JsonResponse({"status": "not_ready", "database": problem}, status=503)
    return JsonResponse({"status": "ready"})


@never_cache
async def report(_request: HttpRequest) -> JsonResponse:
    """What is known. Unhealthy (503) without the database, degraded unless the provider that is asked first is well.

    The providers are checked in the background, never here.
    """
    monitor.start()  # where the server has no lifespan
    problem, found, has_batch_worker = await asyncio.gather(
        database.result(), standings.result(), batch_worker.result()
    )
    answering = [each for each in found if not each.is_search] or found
    searching = [each for each in found if each.is_search]
    if problem:
        status = "unhealthy"
    elif answering and answering[0].is_healthy:
        status = "healthy"
    else:
        status = "degraded"
    return JsonResponse(
        {
            "status": status,
            "version": __version__,
            "services": {
                "rag": _service(answering),
                "search": _service(searching),
                "batch_processing": WORDS[has_batch_worker] if settings.BATCH_ENABLED else "disabled",
            },
            "providers": {each.name: WORDS[each.is_healthy] for each in found},
            "rag_configured": bool(answering),
            "batch_processing_enabled": settings.BATCH_ENABLED,
        },
        status=503 if problem else 200,
    )


def _service(providers: Sequence[Standing]) -> str:
    """Available where one of the providers is, for the others stand in for each other."""
    if not providers:
        return "not_configured"
    known = {each.is_healthy for each in providers}
    return WORDS[True if True in known else None if None in known else False]
