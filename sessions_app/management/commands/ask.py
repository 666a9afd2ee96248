"""`manage.py ask`: one question from the shell, answered in this process, without a server."""

import asyncio
from argparse import ArgumentParser
from contextlib import aclosing
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from providers_app import gateway
from providers_app.contract import Origin
from providers_app.models import ProviderConfig
from sessions_app.asking import Inquiry, get_asks
from sessions_app.domain.protocol import Rejection
from sessions_app.journal import close_journal

CANCELLED = 130
"""The exit code after Ctrl-C, as shells have it."""


class Command(BaseCommand):
    help = "Asks a question and writes the answer as it comes, then its sources, who answered and how long it took."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The question, who shall answer it, and how."""
        parser.add_argument("question", help="in quotation marks")
        parser.add_argument("--provider", default="", metavar="NAME", help="who shall answer (default: the active one)")
        parser.add_argument("--blocking", action="store_true", help="write the answer when it is complete")
        parser.add_argument("--conversation", default="", metavar="ID", help="go on where an earlier answer ended")
        parser.add_argument(
            "--language", choices=["en", "zh"], default="", help="of the answer (default: the question's)"
        )

    def handle(self, **options: Any) -> None:
        """Ask, and end with one line where there is no answer. Ctrl-C cancels the answer at its provider."""
        provider = options["provider"]
        enabled = ProviderConfig.objects.filter(is_enabled=True).values_list("name", flat=True)
        if provider and provider not in enabled:
            raise CommandError(f"No enabled provider is called {provider!r}; there are: {', '.join(enabled) or 'none'}")
        question = options["question"].encode(errors="replace").decode().replace("\0", "")
        conversation, language = options["conversation"], options["language"]
        inquiry = Inquiry(question, conversation, provider, language=language, origin=Origin.COMMAND)
        try:
            asyncio.run(self._ask(inquiry, is_blocking=options["blocking"]))
        except Rejection as rejection:
            raise CommandError(rejection.message) from None
        except KeyboardInterrupt:
            raise CommandError("Cancelled", returncode=CANCELLED) from None

    async def _ask(self, inquiry: Inquiry, *, is_blocking: bool) -> None:
        said: list[str] = []
        try:
            async with aclosing(get_asks().frames(inquiry)) as frames:
                async for frame in frames:
                    if frame:
                        self._take(msgspec.json.decode(frame), said, is_blocking=is_blocking)
        except (CommandError, asyncio.CancelledError):
            self._say("\n" if said and not is_blocking else "")
            raise
        finally:
            await gateway.close()
            await asyncio.to_thread(close_journal)

    def _take(self, message: dict[str, Any], said: list[str], *, is_blocking: bool) -> None:
        """Write what the message brings; `said` holds the answer so far. Raises `CommandError` for an error."""
        match message:
            case {"type": "status", "restarted": True}:
                said.clear()
                self._say("" if is_blocking else f"\n\n({message['note']})\n\n")
            case {"type": "answer", "content": content}:
                said.append(content)
                self._say("" if is_blocking else content)
                if message["final"]:
                    self._say("".join(said) if is_blocking else "")
                    self._conclude(message)
            case {"type": "error", "message": words}:
                reason = message.get("details", {}).get("reason")
                raise CommandError(f"{words} ({reason})" if reason else words)

    def _conclude(self, message: dict[str, Any]) -> None:
        sources = [f"[{each['position']}] {each['title']} {each['url']}".rstrip() for each in message["sources"]]
        latency = {name: "–" if ms is None else f"{ms:.0f} ms" for name, ms in message["latency_ms"].items()}
        who = " · ".join(filter(None, [message["provider"], message["model"], "from the cache" * message["cached"]]))
        usage = ", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in message["usage"].items())
        lines = [
            *([*sources, ""] if sources else []),
            f"answered by    {who}",
            f"first word     {latency['first_token']}, whole answer {latency['total']}",
            *([f"used           {usage}"] if usage else []),
            f"go on with     --conversation {message['session_id']}",
        ]
        self._say("\n\n" + "\n".join(lines) + "\n")

    def _say(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()
