"""Databases to run batches on, runs that hurry, and who answers or acts at the same moment."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from unittest.mock import patch
from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from django.db import connections, transaction
from environ import Env

from batch_app import bell, control
from batch_app.models import BatchItem, BatchRun, BatchTask, BatchTransition, BatchWorker
from batch_app.running import again, recovery, runner
from batch_app.running.claimed import Outcome
from batch_app.running.runner import Runner
from batch_app.tests import rows
from providers_app import live_copy
from providers_app.contract import AnswerEnded, AnswerRequest, ProviderEvent, TextDelta
from providers_app.models import ProviderConfig, UsageRecord
from providers_app.tests.scripted import Providers, ScriptedProvider, definition

MODELS = [BatchTask, BatchTransition, BatchItem, BatchRun, BatchWorker, ProviderConfig, UsageRecord]
POOL = {"min_size": 1, "max_size": 8, "timeout": 5}
TIMEOUT_S = 20
T = TypeVar("T")
in_database = database_sync_to_async
batch = in_database(transaction.atomic(rows.batch))


@pytest.fixture
def postgres(transactional_db: None, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The default database is a PostgreSQL, with a pool as servers have it, and with the tables that batches need."""
    sqlite = connections["default"]
    database = {**sqlite.settings_dict, **Env.db_url_config(postgres_url), "OPTIONS": {"pool": POOL}}
    monkeypatch.setitem(connections.settings, "default", database)
    monkeypatch.setattr(live_copy, "_thread", ThreadPoolExecutor(1))  # the one that there is knows SQLite
    del connections["default"]
    with connections["default"].schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    yield
    connections["default"].close()
    own: Any = connections["default"]  # only that of PostgreSQL has a pool
    own.close_pool()
    connections["default"] = sqlite


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, transactional_db: None) -> None:
    """SQLite, then PostgreSQL; threads see what others have committed."""
    if request.param == "postgres":
        request.getfixturevalue("postgres")


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The calls to the workers, by the seconds after which each expires; none reaches a broker."""
    calls: list[float] = []
    monkeypatch.setattr(bell, "_send", calls.append)
    return calls


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs look often, and wait for a moment where they would wait for seconds."""
    for name, seconds in {"PACE_S": 0.001, "CONTROL_S": 0.02, "SWEEP_S": 0.05, "IDLE_S": 0.1, "RETRY_S": 0.01}.items():
        monkeypatch.setattr(runner, name, seconds)
    for name, value in {"PAUSES_S": (0.01, 0.02), "FIRST_REST_S": 0.01, "LONGEST_REST_S": 0.05}.items():
        monkeypatch.setattr(again, name, value)


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What is to be done after each piece but the last; a piece has two questions."""
    todo: list[Callable[[], object]] = []
    monkeypatch.setattr(control, "CHUNK", 2)
    monkeypatch.setattr(control, "sleep", lambda _: [each() for each in todo])
    return todo


@dataclass
class Crowd(ScriptedProvider):
    """Counts how many questions are open at a time."""

    now: int = 0
    most: int = 0

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        self.requests.append(request)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(0.005)
            yield TextDelta("Because.")
            yield AnswerEnded()
        finally:
            self.now -= 1

    def asked_once(self, *tasks: BatchTask) -> bool:
        questions = [request.question for request in self.requests]
        return len(questions) == len(set(questions)) == sum(task.total for task in tasks)


@pytest.fixture
def crowd(providers: Providers) -> Crowd:
    crowd = Crowd()
    providers.have([definition("crowd")], crowd)
    return crowd


def together(*works: Callable[[], T]) -> list[T]:
    """What each of them returns; all begin at the same moment, in threads of their own."""
    start = threading.Barrier(len(works), timeout=TIMEOUT_S)

    def run(work: Callable[[], T]) -> T:
        start.wait()
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


async def run_until_idle(lane: str = "a") -> None:
    """Do what there is to do, as a worker would."""
    run = await in_database(recovery.begin_run)(lane, 1)
    async with asyncio.timeout(TIMEOUT_S):
        await Runner(run.pk, lambda: False).run()
    await in_database(recovery.end_run)(run)


@asynccontextmanager
async def running(lane: str = "a") -> AsyncGenerator[UUID]:
    """A run that goes on until the end of the context, also where it has nothing to do; gives its id."""
    run = await in_database(recovery.begin_run)(lane, 1)
    should_stop = threading.Event()
    with patch.object(runner, "IDLE_S", TIMEOUT_S):
        task = asyncio.create_task(Runner(run.pk, should_stop.is_set).run())
        try:
            yield run.pk
        finally:
            should_stop.set()
            async with asyncio.timeout(TIMEOUT_S):
                await task


async def items(task: BatchTask) -> list[BatchItem]:
    found: list[BatchItem] = await in_database(lambda: list(BatchItem.objects.filter(task=task).order_by("index")))()
    return found


async def status(task: BatchTask) -> str:
    found: BatchTask = await in_database(BatchTask.objects.get)(pk=task.pk)
    return found.status


def reason(of: BatchItem | Outcome) -> str:
    """Why it failed, as records name it."""
    assert of.error
    return str(of.error["reason"])


async def until(task: BatchTask, is_so: Callable[[list[BatchItem]], bool]) -> list[BatchItem]:
    """The items of the task, as soon as they are as they should be."""
    async with asyncio.timeout(TIMEOUT_S):
        while not is_so(found := await items(task)):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.005)
    return found
