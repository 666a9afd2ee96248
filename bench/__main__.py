"""Measures the service beside its references, and writes bench/README.md: `make bench`."""

import asyncio
import contextlib
import os
import resource
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import uvloop

os.environ["DJANGO_SETTINGS_MODULE"] = "rtrag_site.settings"

from bench import latency, memory, partials, report, servers

Result = TypeVar("Result")


def run(measurement: Coroutine[Any, Any, Result]) -> Result:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measurement)


def measure_partials(folder: Path) -> dict[str, partials.Speed]:
    print("Partials …", flush=True)
    with contextlib.ExitStack() as stack:
        return run(partials.measure([stack.enter_context(servers.running(name, folder)) for name in servers.COMMANDS]))


def measure_memory(folder: Path) -> dict[str, float]:
    per_socket = {}
    for name in servers.COMMANDS:
        print(f"Memory of {name} …", flush=True)
        with servers.running(name, folder) as server:
            per_socket[name] = run(memory.measure(server))
    return per_socket


def measure_latency(folder: Path) -> dict[int, latency.Latencies]:
    measured = {}
    with servers.running(servers.SERVICE, folder) as server:
        for sessions in latency.PAUSE_S:
            print(f"Latency with {sessions} sessions …", flush=True)
            measured[sessions] = run(latency.measure(server, sessions))
    return measured


def main() -> None:
    _, load_core = servers.cores()
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    os.sched_setaffinity(0, {load_core})
    with servers.data_folder() as folder:
        commits = latency.commits(folder)
        report.write(measure_partials(folder), measure_memory(folder), measure_latency(folder), commits)
    print(report.PAGE.read_text())


if __name__ == "__main__":
    main()
