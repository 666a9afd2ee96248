"""`manage.py serve`: the whole service on one machine."""

import asyncio
import signal
from typing import Any

import uvloop
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from rtrag_site.server import preparation, web

EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - each with one that can be visited


class Command(BaseCommand):
    requires_system_checks = ()  # it says what they find in its own manner
    help = "Prepares what is missing, then runs the web server and background workers until it is interrupted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (HOST)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="port to listen on (PORT), 0 for any free")
        parser.add_argument("--no-worker", action="store_true", help="no background workers; start them elsewhere")

    def handle(self, *, host: str, port: int, no_worker: bool, **_options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self._serve(host, port, with_workers=not no_worker)
        except KeyboardInterrupt:
            self.say("Stopped before it had started")
        except CommandError as error:
            error.returncode = 2
            raise

    def _serve(self, host: str, port: int, *, with_workers: bool) -> None:
        preparation.check_configuration(self.say)
        with web.bind(host, port) as listener:
            preparation.prepare_data_folder(self.say)
            with preparation.take_turn(self.say):
                preparation.reach_database()
                preparation.apply_migrations(self.say)
                preparation.set_up_providers(self.say)
                preparation.load_starter_documents(self.say)
                preparation.create_first_admin(self.say)
            connections.close_all()
            name = EVERY_ADDRESS.get(host) or (f"[{host}]" if ":" in host else host)
            address = f"http://{name}:{listener.getsockname()[1]}"
            if name not in settings.ALLOWED_HOSTS:
                settings.ALLOWED_HOSTS.append(name)

            def on_accepting() -> None:
                self.say(f"Demo page:  {address}/")
                self.say(f"Admin:      {address}/admin/")
                self.say(f"Protocol:   {address}/docs/protocol")
                self.say(f"API:        {address}/docs")
                if host in EVERY_ADDRESS:
                    self.say(f"Browsers may call it {', '.join(settings.ALLOWED_HOSTS)} (ALLOWED_HOSTS)")
                self.say("Press Ctrl-C to stop")

            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(web.serve(listener, with_workers=with_workers, on_accepting=on_accepting, say=self.say))
            self.say("Stopped")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
