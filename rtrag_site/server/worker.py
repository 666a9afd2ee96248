"""A Celery worker that lives no longer than the process which started it: `python -m rtrag_site.server.worker QUEUE`.

It takes what is in the queue of that name. Its standard input is a pipe that nobody writes to. When the other end is
closed, on purpose or because that process was killed, the worker finishes what it can and ends.
"""

import os
import signal
import sys
import threading
import warnings

from celery.exceptions import SecurityWarning

from rtrag_site.celery import app
from rtrag_site.server.queues import Work

WARM_SHUTDOWN_S = 2.5
NICENESS = 10
"""Somebody waits for what the web server does, and nobody for each second of this: where cores are few, it waits."""


def end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(WARM_SHUTDOWN_S)
    os.killpg(0, signal.SIGKILL)


def run(work: Work) -> None:
    """Work until a signal comes."""
    name = f"serve-{work.name.lower()}-{os.getpid()}@%h"  # of several on a host, each has its own
    takes = ["--queues", work.value, "--concurrency", str(work.processes)]
    app.worker_main(
        ["--quiet", "worker", "--hostname", name, *takes, "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
    )


if __name__ == "__main__":
    if os.getpgrp() != os.getpid():
        os.setpgrp()  # what the worker starts is in its group and goes with it
    os.nice(NICENESS)
    warnings.simplefilter("ignore", SecurityWarning)  # it fears pickle as root; tasks are JSON alone
    threading.Thread(target=end_with_parent, daemon=True).start()
    run(Work(sys.argv[1]))
