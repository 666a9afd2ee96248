"""Measures what a gateway adds to the vendor's first word, and writes bench/gateway/README.md: `make bench-gateway`."""

import argparse
import asyncio
import contextlib
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path
from statistics import quantiles
from string import Template
from typing import Any

import uvloop

os.environ["DJANGO_SETTINGS_MODULE"] = "rtrag_site.settings"

from bench.gateway import load, vendor
from bench.gateway.load import Target
from bench.servers import ROOT, SERVICE, Server, cores, data_folder, running, started
from rtrag_site.tests.environ import isolated

STREAMS = (1, 100)
ROUNDS = 2
DIRECT, RELAY, SOCKET, HTTP, GROUNDED, LITELLM = (
    "the vendor itself",
    "a relay of bytes",
    "this service, socket",
    "this service, `/v1`",
    "this service, `/v1`, with passages",
    "LiteLLM's proxy",
)
PAGE = Path(__file__).with_name("README.md")
TEMPLATE = Template("""\
# What the gateway adds to the first word

`make bench-gateway` measures this and writes this page. A vendor that speaks OpenAI's wire format says its first word
after $first_token ms and then one every $between ms, $tokens in all. It is asked directly and through gateways, by
1 stream (for $brief words) and by $many at a time, each of which asks its next question $pause ms after an answer.
Each gateway is one process on one core; the vendor and the clients share the other. *Added* is how much more time
passes until the first word than when the vendor is asked directly in the same run, at the median and at the 95th
percentile. The higher figure of $rounds rounds in which they take turns.

Measured on $machine. LiteLLM: $litellm.

| asked | 1 stream: median | added | $many streams: median | added | p95 | added |
|---|--:|--:|--:|--:|--:|--:|
$rows

All times in milliseconds. The relay does nothing but pass bytes on: what it adds, no gateway can avoid. The socket
stores each question and answer durably; `/v1` stores what was used. *With passages* searches the knowledge base for
each question and makes a prompt of what it finds.
""")
Measure = Callable[[int], Coroutine[Any, Any, list[float]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--litellm", help="the command of LiteLLM, in an environment of its own")
    litellm = parser.parse_args().litellm
    os.sched_setaffinity(0, {cores()[1]})
    found: dict[tuple[str, int], list[list[float]]] = {}
    with servers(litellm) as targets, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for number in range(ROUNDS):
            for name, measure in targets.items():
                for streams in STREAMS:
                    took = runner.run(measure(streams))
                    print(f"round {number + 1}, {name}, {streams}: {len(took)} answers, {percentiles(took)}")
                    found.setdefault((name, streams), []).append(took)
    PAGE.write_text(page(found, litellm))


@contextlib.contextmanager
def servers(litellm: str | None) -> Iterator[dict[str, Measure]]:
    """What is measured, by its name, while all of it runs."""
    with data_folder() as folder, contextlib.ExitStack() as stack:
        own = (sys.executable, "-m", "bench.gateway.vendor")
        origin = stack.enter_context(started(DIRECT, own, cores()[1], folder))
        relay = (sys.executable, "-m", "bench.gateway.relay", str(origin.port))
        passing = stack.enter_context(started(RELAY, relay, cores()[0], folder))
        plain, grounded = (
            stack.enter_context(service(folder / name, origin, retriever))
            for name, retriever in (("plain", "none"), ("grounded", "knowledge"))
        )
        targets: dict[str, Measure] = {
            DIRECT: partial(load.measure_http, Target(DIRECT, origin.port)),
            RELAY: partial(load.measure_http, Target(RELAY, passing.port)),
            SOCKET: partial(load.measure_socket, plain.port),
            HTTP: partial(load.measure_http, Target(HTTP, plain.port, "default")),
            GROUNDED: partial(load.measure_http, Target(GROUNDED, grounded.port, "default")),
        }
        if litellm:
            server = stack.enter_context(proxy(litellm, folder, origin))
            targets[LITELLM] = partial(load.measure_http, Target(LITELLM, server.port))
        yield targets


@contextlib.contextmanager
def service(folder: Path, origin: Server, retriever: str) -> Iterator[Server]:
    """The service with the vendor as its active provider, set up as operators do."""
    variables = {
        "RAG_PROVIDER": "openai",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{origin.port}",
        "OPENAI_MODEL": "bench",
        "OPENAI_API_KEY": "sk-bench",
        "LOG_LEVEL": "WARNING",
    }
    settled = (
        "from providers_app import changes, models; row = models.ProviderConfig.objects.get(name='openai'); "
        f"row.max_concurrent = 1000; row.options['retriever'] = '{retriever}'; changes.save(row)"
    )
    with running(SERVICE, folder, **variables) as server:
        environment = isolated(os.environ, RTRAG_DATA_DIR=str(folder), **variables)
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", "shell", "-v0", "-c", settled], cwd=ROOT, env=environment, check=True
        )
        yield server


@contextlib.contextmanager
def proxy(litellm: str, folder: Path, origin: Server) -> Iterator[Server]:
    """LiteLLM's proxy in front of the same vendor."""
    config = folder / "litellm.yaml"
    config.write_text(
        "model_list:\n  - model_name: bench\n    litellm_params:\n      model: openai/bench\n"
        f"      api_base: http://127.0.0.1:{origin.port}/v1\n      api_key: sk-bench\n"
    )
    command = (litellm, "--config", str(config), "--host", "127.0.0.1", "--num_workers", "1", "--port")
    variables = {
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_LOG": "ERROR",
        "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",  # it listens on this machine alone
    }
    with started(LITELLM, command, cores()[0], folder, **variables) as server:
        yield server


def percentiles(took: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    cuts = quantiles(took, n=20, method="inclusive")
    return round(cuts[9], 2), round(cuts[18], 2)


def page(found: dict[tuple[str, int], list[list[float]]], litellm: str | None) -> str:
    alone, many = STREAMS

    def typical(name: str, streams: int) -> tuple[float, float]:
        rounds = [percentiles(took) for took in found[name, streams]]
        medians, highs = (sorted(values) for values in zip(*rounds, strict=True))
        return medians[-1], highs[-1]

    def row(name: str) -> str:
        direct = (typical(DIRECT, alone)[0], *typical(DIRECT, many))
        own = (typical(name, alone)[0], *typical(name, many))
        cells = (f"{value:.1f} | {value - base:.1f}" for value, base in zip(own, direct, strict=True))
        return f"| {name} | {' | '.join(cells)} |"

    return TEMPLATE.substitute(
        first_token=f"{vendor.FIRST_TOKEN_S * 1000:.0f}",
        between=f"{vendor.BETWEEN_TOKENS_S * 1000:.0f}",
        tokens=vendor.TOKENS,
        brief=vendor.BRIEF_TOKENS,
        many=many,
        pause=" to ".join(f"{seconds * 1000:.0f}" for seconds in load.PAUSE_S),
        rounds=ROUNDS,
        machine=f"{len(os.sched_getaffinity(0)) + 1} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}",
        litellm=_version(litellm) if litellm else "not measured (`--litellm`)",
        rows="\n".join(row(name) for name in dict.fromkeys(name for name, _ in found)),
    )


def _version(litellm: str) -> str:
    environment = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    said = subprocess.run(  # noqa: S603 - the command that was given
        [litellm, "--version"], env=environment, capture_output=True, text=True, check=True
    ).stdout
    return said.strip().rpartition(" ")[2]


if __name__ == "__main__":
    main()
