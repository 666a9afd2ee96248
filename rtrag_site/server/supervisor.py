"""Keeps Celery workers running beside the web server, one for each queue."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Callable

from django.conf import settings

from rtrag_site.server.queues import Work, work_to_do

WORKER = (sys.executable, "-m", "rtrag_site.server.worker")
STOP_TIMEOUT_S = 3.0
FIRST_DELAY_S, LONGEST_DELAY_S = 1.0, 60.0
STEADY_AFTER_S = 60.0


async def supervise_workers(say: Callable[[str], None]) -> None:
    """Run a worker for each queue until cancelled; none is affected by what becomes of another."""
    async with asyncio.TaskGroup() as workers:  # which waits for the end of all; a gathering leaves with the first
        for work in work_to_do():
            workers.create_task(_supervise(work, say))


async def _supervise(work: Work, say: Callable[[str], None]) -> None:
    """Run the worker until cancelled. One that dies is started again, ever later while it dies soon."""
    loop = asyncio.get_running_loop()
    delay = FIRST_DELAY_S
    while True:
        started_at = loop.time()
        try:
            outcome = f"exit code {await _run_worker(work)}"
        except OSError as error:
            outcome = str(error)
        if loop.time() - started_at > STEADY_AFTER_S:
            delay = FIRST_DELAY_S
        name = work.name.lower()
        say(f"The worker for {name} ended unexpectedly ({outcome}); it starts again in {delay:.0f} s")
        await asyncio.sleep(delay)
        delay = min(2 * delay, LONGEST_DELAY_S)


async def _run_worker(work: Work) -> int:
    """The exit code of a worker that ended by itself. The worker ends when nobody holds `lifeline` any more."""
    stdin, lifeline = os.pipe()
    with os.fdopen(lifeline, "wb") as held:
        with os.fdopen(stdin) as given:
            process = await asyncio.create_subprocess_exec(
                *WORKER, work, stdin=given, start_new_session=True, cwd=settings.BASE_DIR
            )
        try:
            return await process.wait()
        finally:
            held.close()
            await _end_group(process)


async def _end_group(process: Process) -> None:
    """Leave the worker some time to end by itself, then end what is left of its process group."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
