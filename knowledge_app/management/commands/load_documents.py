"""`manage.py load_documents`: files and folders into the knowledge base, indexed at once, without a worker."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import track

from knowledge_app import library
from knowledge_app.indexing import index_document
from knowledge_app.models import Document
from knowledge_app.parsing.formats import SUFFIXES


class Command(BaseCommand):
    """What was loaded from a path before is replaced where the file has changed, and left alone where it has not."""

    help = "Loads documents from files and, recursively, folders; exits with 1 where one of them failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One or more paths."""
        parser.add_argument(
            "paths", nargs="+", type=Path, metavar="PATH", help=f"a file, or a folder ({' '.join(SUFFIXES)})"
        )

    def handle(self, *_args: object, paths: list[Path], verbosity: int, **_options: object) -> None:
        """Load everything, then say what came of each file."""
        files = [file for path in paths for file in _files(path)]
        console = Console(stderr=True, quiet=verbosity == 0)
        outcomes = [_load(file) for file in track(files, "Loading", console=console, transient=True)]
        for file, (word, reason) in zip(files, outcomes, strict=True):
            if verbosity or word == "failed":
                self.stdout.write(f"{word:9} {file}" + (f": {reason}" if reason else ""))
        failed = sum(word == "failed" for word, _ in outcomes)
        if failed:
            raise CommandError(f"{failed} of {len(files)} files failed")


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in SUFFIXES)
    elif path.is_file():
        yield path
    else:
        raise CommandError(f"{path} is neither a file nor a folder")


def _load(path: Path) -> tuple[str, str]:
    """One word for what happened, and the reason where it failed."""
    origin = _origin(path)
    document = Document.objects.filter(origin=origin).first()
    try:
        with path.open("rb") as raw:
            file = File(raw, name=path.name)
            if document is None:
                document = library.add(path.name, file, origin)
            elif document.content_hash != library.content_hash(file):
                library.replace(document, path.name, file)
            elif document.state == Document.State.READY:
                return "unchanged", ""
            else:
                library.queue_again(document)
    except library.AlreadyThereError as error:
        return "unchanged", error.reason
    except library.RefusedError as error:
        return "failed", error.reason
    except OSError as error:
        return "failed", str(error.strerror)
    index_document(document.pk, document.revision)
    document.refresh_from_db()
    return document.state, document.failure


def _origin(path: Path) -> str:
    """The path as it stays the same where the whole project is moved."""
    path = path.resolve()
    return str(path.relative_to(settings.BASE_DIR) if path.is_relative_to(settings.BASE_DIR) else path)
