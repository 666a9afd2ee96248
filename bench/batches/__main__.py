"""Measures batches, and what live speech notices of them; writes bench/batches/README.md: `make bench-batches`."""

import asyncio
import contextlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template

import uvloop

os.environ["DJANGO_SETTINGS_MODULE"] = "rtrag_site.settings"

from bench.batches import measuring, service
from bench.batches.measuring import Batches, Run, p95
from bench.latency import Latencies
from bench.servers import ROOT, STOP_TIMEOUT_S, Server, cores, data_folder, started
from rtrag_site.tests.environ import isolated

MODULE = "bench.batches.service"
CONCURRENCY, MANY = 100, 50_000
SIZES = (2_000, 20_000, MANY)
BESIDE = (0, 10, 100)
"""The concurrency of the batch beside live speech, 0 for none."""
PAGE = Path(__file__).with_name("README.md")
TEMPLATE = Template("""\
# Batches

`make bench-batches` measures this and writes this page. The provider is a scripted one that says its whole answer with
a source after $delay ms; the database is SQLite in the data folder. The web server has one core; one worker, with one
process for batches, has the other, which it shares with the load generator, and gives way to it as it does to the web
server where `manage.py serve` starts it. Measured on $machine, with a load of $load when it began.

## Speed and memory

At a concurrency of $concurrency no process could answer more than $ideal questions/s. *CPU* is the processor time of
the worker's process for each question, all included: claiming it, the gateway, writing the result and what was used.
*Submitted* is how long `POST /api/batch/tasks` takes until all of it is durable, *memory* the most that the worker's
process has held until then (RSS).

| questions | submitted | answered in | questions/s | of the ideal | CPU per question | memory |
|--:|--:|--:|--:|--:|--:|--:|
$runs

The web server held $web_memory MiB at most.

## Live speech beside a batch

$sessions sessions ask one question a second each and are answered by the same provider, while a batch of the given
concurrency runs in the worker. *First word* is the first text of the answer at the client, *acknowledged* the final's
durable acknowledgement; 95th percentiles in milliseconds, and how much longer than without a batch.

| batch beside | first word p95 | longer by | acknowledged p95 |
|---|--:|--:|--:|
$beside
""")


@contextlib.contextmanager
def everything(folder: Path) -> Iterator[Server]:
    """The web server, with the provider, and a worker beside it."""
    own = (sys.executable, "-m", MODULE)
    environment = isolated(os.environ, RTRAG_DATA_DIR=str(folder))
    with started("web", (*own, "serve", "--port"), cores()[0], folder) as server:
        subprocess.run([*own, "provider"], cwd=ROOT, env=environment, check=True)  # noqa: S603 - our own command
        worker = subprocess.Popen(  # noqa: S603 - our own command
            ["taskset", "--cpu-list", str(cores()[1]), *own, "worker"],  # noqa: S607 - wherever it is
            cwd=ROOT,
            env=environment,
        )
        try:
            yield server
        finally:
            worker.terminate()
            worker.wait(3 * STOP_TIMEOUT_S)


def main() -> None:
    load = os.getloadavg()[0]
    os.sched_setaffinity(0, {cores()[1]})
    with data_folder() as folder, everything(folder) as server:
        batches, lives = Batches(server), {}
        runs = []
        for size in SIZES:
            print(f"{size} questions …", flush=True)
            runs.append(batches.run(size, CONCURRENCY))
            print(runs[-1], flush=True)
        web_memory = measuring.peak_bytes(server.pid)
        for concurrency in BESIDE:
            print(f"Live speech beside a batch of {concurrency} …", flush=True)
            beside = batches.running(concurrency) if concurrency else contextlib.nullcontext()
            with beside, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                lives[concurrency] = runner.run(measuring.live(server))
    PAGE.write_text(page(runs, lives, web_memory, load))
    print(PAGE.read_text())


def page(runs: list[Run], lives: dict[int, Latencies], web_memory: int, load: float) -> str:
    ideal = CONCURRENCY / service.DELAY_S
    alone = p95(lives[0].to_word)

    def run_row(run: Run) -> str:
        return (
            f"| {run.questions:,} | {run.submitting_s:.1f} s | {run.running_s:.1f} s | {run.per_s:,.0f} "
            f"| {run.per_s / ideal:.0%} | {run.cpu_us:,.0f} µs | {run.memory_bytes / 2**20:.0f} MiB |"
        )

    def live_row(concurrency: int, found: Latencies) -> str:
        beside, first = f"concurrency {concurrency}" if concurrency else "none", p95(found.to_word)
        return f"| {beside} | {first:.1f} | {first / alone - 1:+.0%} | {p95(found.to_ack):.1f} |"

    return TEMPLATE.substitute(
        delay=f"{service.DELAY_S * 1000:.0f}",
        machine=f"{len(os.sched_getaffinity(0)) + 1} cores, {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}",
        load=f"{load:.1f}",
        concurrency=CONCURRENCY,
        ideal=f"{ideal:,.0f}",
        runs="\n".join(map(run_row, runs)),
        web_memory=f"{web_memory / 2**20:.0f}",
        sessions=measuring.SESSIONS,
        beside="\n".join(live_row(*item) for item in lives.items()),
    )


if __name__ == "__main__":
    main()
