"""A server that is made to be killed: run as a module, it forks a fresh one each time the last one has died.

Forking spares each of them to load what all have alike. `python -m sessions_app.tests.crashing` prints the port on
which all of them listen, then the pid of each, and ends with its standard input.
"""

import os
import socket
import sys

import uvicorn
from django.conf import settings

from rtrag_site.asgi import application
from rtrag_site.collector import spare_what_is_loaded
from sessions_app.domain.questions import load_detector


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, log_level="warning", ws="websockets-sansio", ws_per_message_deflate=False)
    config.load()
    load_detector()
    spare_what_is_loaded()
    print(listener.getsockname()[1], flush=True)  # noqa: T201 - the parent reads it
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            uvicorn.Server(config).run(sockets=[listener])
            return
        print(pid, flush=True)  # noqa: T201 - the parent reads it
        os.waitpid(pid, 0)


if __name__ == "__main__":
    assert settings.configured
    main()
