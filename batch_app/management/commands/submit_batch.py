"""`manage.py submit_batch`: hands in a list of questions from the shell, and waits for its answers where asked to."""

import sys
from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from rich.console import Console

from batch_app.downloads import FORMATS
from batch_app.management.arguments import longest_of, moment, results_file, storable, words_of
from batch_app.management.waiting import wait_for_end
from batch_app.models import BatchTask
from batch_app.reading import Kind, Reading, read_file
from batch_app.refusals import Code, RefusedError
from batch_app.results import every_item, items_of
from batch_app.status import workers
from batch_app.submission import DEFAULT_CONCURRENCY, PRIORITIES, Options, Submission, submit
from providers_app.management.address import service_address

STDIN = "-"
NOT_TAKEN = 2
"""The exit code for what was handed in wrongly."""
INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""


class Command(BaseCommand):
    help = (
        "Hands in a list of questions as a batch: a TXT file with one in each line, CSV, or JSONL. The workers of the "
        "service answer it. Exits with 2 where the list cannot be taken, naming every line that is wrong; after --wait "
        "with 1 where a question has no answer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The list and how it is read, how the batch is to be run, and what to do afterwards."""
        parser.add_argument("file", metavar="FILE", help="the list; - for standard input")
        parser.add_argument("--name", type=words_of("name"), help="of the batch (default: the file's)")
        parser.add_argument("--description", type=words_of("description"), default="", help="for whoever looks at it")
        _add_reading(parser)
        _add_options(parser)
        parser.add_argument(
            "--idempotency-key",
            type=words_of("idempotency_key"),
            default="",
            metavar="KEY",
            help="handing in the same list with the same key again gives the first batch, and no second one",
        )
        parser.add_argument("--wait", action="store_true", help="wait for its end; Ctrl-C ends the waiting alone")
        parser.add_argument(
            "--output",
            type=results_file,
            metavar="FILE",
            help="after its end write the results there, as .jsonl or .csv; waits, too",
        )

    def handle(self, **options: Any) -> None:
        """Hand in, then wait where that is wanted."""
        console = Console(stderr=True, quiet=options["verbosity"] == 0)
        try:
            reading = _read(options)
            self._show_bad_lines(reading, is_skipping=options["skip_invalid"])
            task, is_new = submit(_submission(reading, options))
            self._show(task, is_new=is_new)
            if options["wait"] or options["output"]:
                self._wait(task.pk, console, options["output"])
        except RefusedError as refused:
            is_input = refused.code in {Code.INVALID_MESSAGE, Code.MESSAGE_TOO_LARGE}
            raise CommandError(refused.message, returncode=NOT_TAKEN if is_input else 1) from None
        except KeyboardInterrupt:
            raise CommandError("Interrupted", returncode=INTERRUPTED) from None

    def _show_bad_lines(self, reading: Reading, *, is_skipping: bool) -> None:
        bad = reading.entries.bad
        for each in bad:
            self.stderr.write(f"line {each.line}: {each.problem.replace('_', ' ')}", style_func=str)
        if bad and not is_skipping:
            raise CommandError(
                f"{len(bad)} lines cannot be taken; --skip-invalid takes the others", returncode=NOT_TAKEN
            )

    def _show(self, task: BatchTask, *, is_new: bool) -> None:
        skipped = f", {task.skipped} lines left out" if task.skipped else ""
        self.stdout.write(f"batch        {task.pk}" + ("" if is_new else " (there already)"))
        self.stdout.write(f"questions    {task.total}{skipped}")
        self.stdout.write(f"watch it at  {_url('batch', task.pk)} (as HOST and PORT say)")
        self.stdout.flush()
        if not any(worker.is_alive for worker in workers()):
            self.stderr.write("No worker takes batches now; `manage.py serve` starts one", style_func=str)

    def _wait(self, task_id: UUID, console: Console, output: Path | None) -> None:
        """Raises `CommandError` where a question has no answer."""
        try:
            counts = wait_for_end(task_id, console)
        except KeyboardInterrupt:
            raise CommandError("No longer waiting; the batch goes on", returncode=INTERRUPTED) from None
        if output:
            _write(task_id, output)
        ends = f"{counts.completed} answered, {counts.failed} failed, {counts.cancelled} cancelled"
        if counts.completed < counts.total:
            raise CommandError(ends)
        self.stdout.write(f"ended        {ends}")


def _add_reading(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--kind",
        choices=list(Kind),
        default="",
        help="of the list (default: as its name ends, txt for standard input)",
    )
    parser.add_argument(
        "--column",
        default="",
        help="where the questions are: a name, in CSV also a number from 1 (default: text, question or the like)",
    )
    parser.add_argument("--id-column", default="", metavar="COLUMN", help="where their ids are (default: custom_id)")
    parser.add_argument("--skip-invalid", action="store_true", help="leave out lines that are wrong")


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--provider", default="", metavar="NAME", help="who shall answer (default: the active one)")
    parser.add_argument(
        "--search", action=BooleanOptionalAction, help="whether to search the web (default: as the question demands)"
    )
    parser.add_argument(
        "--concurrency", type=int, help=f"how many are asked at a time (default: {DEFAULT_CONCURRENCY} at most)"
    )
    parser.add_argument(
        "--priority", type=int, default=0, help=f"{PRIORITIES[0]} to {PRIORITIES[-1]}; higher goes first (default: 0)"
    )
    parser.add_argument(
        "--start-at",
        type=moment,
        metavar="TIME",
        help="start no earlier, such as 2026-11-30T22:00+08:00; without a zone the time is in that of TIME_ZONE, "
        f"{settings.TIME_ZONE}",
    )
    parser.add_argument("--after", type=UUID, metavar="ID", help="start when the batch of this id has ended")
    parser.add_argument("--webhook-url", default="", metavar="URL", help="called when the batch has ended")


def _read(options: dict[str, Any]) -> Reading:
    name, kind = options["file"], options["kind"]
    columns = {"column": options["column"], "id_column": options["id_column"]}
    if name == STDIN:
        return read_file(sys.stdin.buffer, kind=kind or Kind.TXT, **columns)
    try:
        with Path(name).open("rb") as file:
            return read_file(file, name, kind=kind, **columns)
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}", returncode=NOT_TAKEN) from None


def _submission(reading: Reading, options: dict[str, Any]) -> Submission:
    file = "stdin" if options["file"] == STDIN else Path(options["file"]).name
    wishes = ("provider", "search", "concurrency", "priority", "start_at", "after", "webhook_url")
    return Submission(
        name=options["name"] or storable(file)[: longest_of("name")],
        entries=reading.entries,
        description=options["description"],
        options=Options(**{wish: options[wish] for wish in wishes}),
        origin=BatchTask.Origin.COMMAND,
        skip_invalid=options["skip_invalid"],
        idempotency_key=options["idempotency_key"],
    )


def _url(name: str, task_id: UUID) -> str:
    return f"http://{service_address()}{reverse(name, args=[task_id])}"


def _write(task_id: UUID, output: Path) -> None:
    _, lines = FORMATS[output.suffix.lower().removeprefix(".")]
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines(every_item(items_of(task_id))))
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}") from None
