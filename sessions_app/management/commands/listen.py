"""`manage.py listen`: types lines into a running service as if speaking, and shows every frame that comes back."""

import asyncio
import json
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from providers_app.management.address import service_address

CONTROLS = {"/now": "instant_query", "/pause": "pause", "/resume": "resume", "/cancel": "cancel", "/stop": "stop"}
COMMANDS = {"/ask", "/watch", *CONTROLS}
QUIET = COMMANDS - {"/ask", "/now"}
"""What asks no question."""
REFUSALS = {"EMPTY_QUESTION", "NO_FINAL_ASR", "MESSAGE_TOO_LARGE", "INVALID_MESSAGE"}
"""The errors that come in the place of a judgement."""
HELP = "Each line is something said; /ask TEXT asks outright; /watch ID watches a batch; "
HELP += ", ".join(CONTROLS) + " steer the session."
STATUS_FIELDS = ("stage", "speaker", "question", "note")
PARTIAL_EVERY_S = 0.05
PATIENCE_S = 60.0
"""How long the answers that are still to come are waited for at the end of the input."""
UNFINISHED, ASKED_BEFORE = "unfinished", "asked before"
"""How the notes begin that tell of a question whose end is waited for, and of one that was asked already."""
ENDED = {"completed", "failed", "cancelled"}
"""The states of a batch that has ended."""


def default_url() -> str:
    return f"ws://{service_address()}{settings.WS_PATH}"


class Command(BaseCommand):
    help = "Connects to a running service: type lines as if speaking, watch every frame."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the service is, and how frames are shown."""
        parser.add_argument("--url", default=default_url(), help="the socket's address (default: %(default)s)")
        parser.add_argument("--raw", action="store_true", help="write the frames as they are, one JSON object a line")

    def handle(self, *, url: str, raw: bool, **_options: Any) -> None:
        """Talk until the input ends and everything is answered and each watched batch over, `/stop`, or Ctrl-C."""
        self._is_raw = raw
        try:
            asyncio.run(self._talk(url))
        except (OSError, InvalidURI, InvalidHandshake, TimeoutError):
            raise CommandError(
                f"No service answers at {url}; `manage.py serve` starts one, --url names another"
            ) from None
        except KeyboardInterrupt:
            return

    async def _talk(self, url: str) -> None:
        async with connect(url, proxy=None) as socket:
            if sys.stdin.isatty():
                self._hint(HELP)
            open_matters = OpenMatters()
            watching = asyncio.create_task(self._watch(socket, open_matters))
            speaking = asyncio.create_task(_speak(socket, open_matters, self._hint))
            try:
                await asyncio.wait([watching, speaking], return_when=asyncio.FIRST_COMPLETED)
                speaking.cancel()
                await asyncio.wait([speaking])
                await watching
            finally:
                watching.cancel()
                speaking.cancel()
                await asyncio.wait([watching, speaking])

    def _hint(self, words: str) -> None:
        self.stderr.write(words, style_func=str)  # it is no error, and must not look like one

    async def _watch(self, socket: ClientConnection, open_matters: "OpenMatters") -> None:
        """Show each frame until the socket closes."""
        async for frame in socket:
            message = json.loads(frame)
            open_matters.take(message)
            if line := str(frame) if self._is_raw else _compact(message):
                self.stdout.write(line)
                self.stdout.flush()
        if not self._is_raw:
            self.stdout.write(f"{_now()}  closed with {socket.close_code}")


class OpenMatters:
    """What was said and not judged yet, which questions are not answered yet, and which batches are watched."""

    def __init__(self) -> None:
        self._unjudged = 0
        self._is_held = False
        self._unanswered: set[str] = set()
        self._watched: set[str] = set()
        self._settled = asyncio.Event()

    def said(self) -> None:
        """What goes on from a question that is held is judged together with it."""
        self._unjudged += 1
        self._is_held = False

    def watches(self, task_id: str) -> None:
        self._watched.add(task_id)

    def take(self, message: dict[str, Any]) -> None:
        match message:
            case {"type": "status"}:
                self._take_status(message)
            case {"type": "ack", "is_final": True, "message": "paused"}:
                self._judged()
            case {"type": "error", "details": {"task_id": task_id}}:
                self._watched.discard(task_id)
            case {"type": "batch_progress", "task_id": task_id, "status": status} if status in ENDED:
                self._watched.discard(task_id)
            case {"type": "error", "code": code} if code in REFUSALS:
                self._judged()
        self._settled.set()

    def _take_status(self, status: dict[str, Any]) -> None:
        note = status.get("note", "")
        match status:
            case {"stage": "analyzing" | "instant_query", "question_id": question}:
                self._judged()
                self._unanswered.discard(status.get("replaces", ""))
                self._unanswered.add(question)
            case {"stage": "waiting_for_question", "question_id": question} if not note.startswith(ASKED_BEFORE):
                self._unanswered.discard(question)
            case {"stage": "waiting_for_question"}:
                self._judged(is_held=note.startswith(UNFINISHED))
            case {"stage": "idle" | "interrupting", "question_id": question}:
                self._unanswered.discard(question)

    def _judged(self, *, is_held: bool = False) -> None:
        self._unjudged = max(0, self._unjudged - 1)
        self._is_held = is_held

    async def settled(self) -> None:
        """Wait until everything that was said is judged and answered."""
        while self._unjudged > 0 or self._is_held or self._unanswered:
            self._settled.clear()
            await self._settled.wait()

    async def batches_ended(self) -> None:
        while self._watched:
            self._settled.clear()
            await self._settled.wait()


async def _speak(socket: ClientConnection, open_matters: OpenMatters, hint: Callable[[str], None]) -> None:
    """Send each line of the input; after the last one, end the session once nothing is open any more.

    What begins like a command and is none goes to `hint`, and nowhere else.
    """
    lines: asyncio.Queue[str] = asyncio.Queue(1)
    threading.Thread(target=_read, args=(lines, asyncio.get_running_loop()), daemon=True).start()
    try:
        while line := await lines.get():
            words = line.strip()
            if words.startswith("/") and not _is_command(words):
                hint(HELP)
            else:
                await _say(socket, words, open_matters)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await open_matters.settled()
        await open_matters.batches_ended()
        await socket.send(json.dumps({"type": "control", "action": "stop"}))
    except ConnectionClosed:
        return


def _is_command(words: str) -> bool:
    command, _, text = words.partition(" ")
    return bool(command in COMMANDS and (command != "/watch" or _task_id(text)))


def _task_id(text: str) -> str:
    """The id of a batch as the service writes it; "" for what is none."""
    with suppress(ValueError):
        return str(UUID(text.strip()))
    return ""


def _read(lines: "asyncio.Queue[str]", loop: asyncio.AbstractEventLoop) -> None:
    """Pass on the lines of standard input, and "" at its end; in a thread, for not every input can be waited for."""
    with suppress(RuntimeError, CancelledError):  # the command has ended meanwhile
        for line in iter(sys.stdin.readline, ""):
            asyncio.run_coroutine_threadsafe(lines.put(line), loop).result()
        asyncio.run_coroutine_threadsafe(lines.put(""), loop).result()


async def _say(socket: ClientConnection, line: str, open_matters: OpenMatters) -> None:
    command, _, text = line.partition(" ")
    if command in CONTROLS:
        message: dict[str, Any] = {"type": "control", "action": CONTROLS[command]}
    elif command == "/ask":
        message = {"type": "ask", "text": text}
    elif command == "/watch":
        message = {"type": "batch_watch", "task_id": _task_id(text)}
        open_matters.watches(_task_id(text))
    else:
        words = line.split()
        for count in range(1, len(words)):
            await socket.send(json.dumps({"type": "asr_chunk", "text": " ".join(words[:count])}))
            await asyncio.sleep(PARTIAL_EVERY_S)
        message = {"type": "asr_chunk", "text": line, "is_final": True}
    if line and command not in QUIET:
        open_matters.said()
    if line:
        await socket.send(json.dumps(message))


def _compact(message: dict[str, Any]) -> str:
    """One line for a frame; none for the acknowledgement of a partial."""
    match message:
        case {"type": "ack", "is_final": False}:
            return ""
        case {"type": "ack"}:
            words = message.get("message") or f"{message['received_type']} taken"
        case {"type": "status"}:
            words = "  ".join(str(message[name]) for name in STATUS_FIELDS if name in message)
            words += "  in place of what was asked before" if "replaces" in message else ""
        case {"type": "answer", "final": True}:
            words = f"end  {message['provider']} {message['finish_reason']} {message['latency_ms']['total']:.0f} ms"
        case {"type": "answer"}:
            sources = [each["title"] for each in message.get("sources", [])]
            words = repr(message["content"]) if message["content"] else f"sources  {', '.join(sources)}"
        case {"type": "batch_progress"}:
            words = f"{message['progress']:g} %  {message['message']}"
        case {"type": "error"}:
            words = f"{message['code']}  {message['message']}"
        case _:
            words = json.dumps(message, ensure_ascii=False)
    return f"{_now()}  {message['type']:6}  {words}"


def _now() -> str:
    return datetime.now().astimezone().strftime("%H:%M:%S.%f")[:-3]
