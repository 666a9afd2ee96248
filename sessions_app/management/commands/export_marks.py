"""`manage.py export_marks`: what operators have marked, to train and measure the detector with."""

import gzip
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sessions_app.export import marked_sessions
from sessions_app.export.marks import as_marks


class Command(BaseCommand):
    help = "Writes each marked segment as a line of JSON, for bench/questions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, from when on, and of which language."""
        parser.add_argument("--since", type=_day, metavar="DATE", help="only what was marked on that day or later")
        parser.add_argument("--language", choices=("en", "zh"), help="only what was said in that language")
        parser.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help="compressed where it ends in .gz (default: the output)"
        )

    def handle(self, *, since: datetime | None, language: str | None, file: Path | None, **_options: Any) -> None:
        """Write while reading, then say how many there were."""
        lines = as_marks(marked_sessions(), since, language)
        if file is None:
            for line in lines:
                self.stdout.write(line, ending="")
            return
        try:
            count = _write(file, lines)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}") from None
        self.stdout.write(f"{count} marked segments written to {file}")


def _write(file: Path, lines: Iterator[str]) -> int:
    count = 0
    with _opened(file) as output:
        for line in lines:
            output.write(line)
            count += 1
    return count


def _opened(file: Path) -> AbstractContextManager[TextIO]:
    if file.suffix == ".gz":
        return cast("TextIO", gzip.open(file, "wt", encoding="utf-8"))
    return file.open("w", encoding="utf-8")


def _day(text: str) -> datetime:
    """When the day begins in the service's time zone."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.min))
    except ValueError:
        raise ArgumentTypeError(f"{text} is no date such as 2026-01-31") from None
