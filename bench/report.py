"""What was measured, as the page that `bench/README.md` is."""

import os
import platform
import re
from pathlib import Path
from string import Template

from bench import latency, memory, partials
from bench.servers import ASGI, FASTAPI, SERVICE

PAGE = Path(__file__).with_name("README.md")
TEMPLATE = Template("""\
# Speed and memory

`make bench` measures all of this in one run and writes this page. Everything is on one machine, over loopback: the
server is pinned to one core and the load generator to another. Each figure stands beside a reference from the same run,
because the ratio says more than the figure, which is the machine's as much as the software's. Run it on a machine that
does nothing else.

Measured on $machine.

## Partials

$sockets sockets, each of which sends its next partial as soon as the last one is acknowledged. The references read and
write JSON of the same size and do nothing else; all run under uvicorn with the service's own options. *FastAPI echo*
is a WebSocket route with `receive_json` and `send_json`, *bare ASGI echo* an ASGI function with the standard library's
`json`. Median of $rounds rounds in which the servers take turns; the processor time is the whole server process's.

| server | messages/s | CPU per message | messages per CPU second | × FastAPI | × bare ASGI |
|---|--:|--:|--:|--:|--:|
$partials

Most of what remains is the same for all of them and beyond an application's reach: reading and writing the socket, and
the frames of the WebSocket protocol.

## Memory

Private memory (USS) by which the server grows for each of $idle_sockets sockets that are open and idle.

| server | KiB per socket | × bare ASGI |
|---|--:|--:|
$memory

The service's figure holds a whole session: its conversation, its outbox, its record.

## Latency

Sessions that say final after final, each of them a question that the knowledge base answers from the starter
documents, evenly spread over time. *Acknowledged* means that the final is durable (SQLite, WAL, `synchronous=FULL`);
*first word* is the first text of the answer at the client. The references: one row committed with the same durability
to the same disk by SQLite alone ($commit_p50 ms; 99th percentile $commit_p99 ms), and for the first word the
acknowledgement.

| sessions | questions/s | acknowledged p50 | p99 | × one commit | first word p50 | p99 | × acknowledged |
|--:|--:|--:|--:|--:|--:|--:|--:|
$latency

All times in milliseconds. The database, the search and the sockets share the server's one core here.

Search, question detection, the gateway and batches have measurements of their own: `python bench/retrieval.py`,
`make bench-detection`, which writes [questions/README.md](questions/README.md), `make bench-gateway`, which writes
[gateway/README.md](gateway/README.md), and `make bench-batches`, which writes [batches/README.md](batches/README.md).
""")


def machine() -> str:
    """The processor and the software, in a line."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    cpu = model[1] if model else platform.machine()
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{os.cpu_count()} cores of {cpu}, {system}, Python {platform.python_version()}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def partial_rows(speeds: dict[str, partials.Speed]) -> str:
    def ratio(name: str, reference: str) -> str:
        return f"{speeds[name].messages_per_cpu_s / speeds[reference].messages_per_cpu_s:.2f}"

    return "\n".join(
        _row(
            name,
            f"{speed.messages_per_s:,.0f}",
            f"{speed.cpu_us_per_message:.1f} µs",
            f"{speed.messages_per_cpu_s:,.0f}",
            ratio(name, FASTAPI),
            ratio(name, ASGI),
        )
        for name, speed in speeds.items()
    )


def memory_rows(per_socket: dict[str, float]) -> str:
    return "\n".join(
        _row(name, f"{grown / 1024:.1f}", f"{grown / per_socket[ASGI]:.2f}") for name, grown in per_socket.items()
    )


def latency_rows(measured: dict[int, latency.Latencies], commit_ms: float) -> str:
    rows = []
    for sessions, latencies in measured.items():
        ack, ack_p99 = latency.median_and_p99(latencies.to_ack)
        word, word_p99 = latency.median_and_p99(latencies.to_word)
        rows.append(
            _row(
                str(sessions),
                f"{sessions / latency.PAUSE_S[sessions]:.0f}",
                f"{ack:.1f}",
                f"{ack_p99:.1f}",
                f"{ack / commit_ms:.1f}",
                f"{word:.1f}",
                f"{word_p99:.1f}",
                f"{word / ack:.2f}",
            )
        )
    return "\n".join(rows)


def write(
    speeds: dict[str, partials.Speed],
    per_socket: dict[str, float],
    latencies: dict[int, latency.Latencies],
    commits: list[float],
) -> None:
    """Write the page anew."""
    commit_p50, commit_p99 = latency.median_and_p99(commits)
    PAGE.write_text(
        TEMPLATE.substitute(
            machine=machine(),
            sockets=partials.SOCKETS,
            rounds=partials.ROUNDS,
            partials=partial_rows({name: speeds[name] for name in (SERVICE, FASTAPI, ASGI)}),
            idle_sockets=f"{memory.SOCKETS:,}",
            memory=memory_rows(per_socket),
            commit_p50=f"{commit_p50:.2f}",
            commit_p99=f"{commit_p99:.2f}",
            latency=latency_rows(latencies, commit_p50),
        )
    )
