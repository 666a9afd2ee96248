"""What must be there before the web server may start; each step says what it does and is skipped where it is done."""

import contextlib
import hashlib
import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from filelock import FileLock, Timeout

from providers_app import environment
from providers_app.checks import check_key_variables
from providers_app.models import ProviderConfig

Say = Callable[[str], None]
DATABASE_CONNECT_TIMEOUT_S = 5


def check_configuration(say: Say) -> None:
    """Run Django's checks; what is wrong ends the start with one line, what is doubtful is said."""
    found = [message for message in run_checks() if not message.is_silenced()]
    if wrong := [message.msg for message in found if message.is_serious()]:
        raise CommandError("; ".join(wrong))
    for message in found:
        say(f"Warning: {message.msg}")


def prepare_data_folder(say: Say) -> None:
    say(f"Data folder: {settings.DATA_DIR}")
    folders = [settings.DATA_DIR, settings.MEDIA_ROOT]
    broker = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    folders += [Path(path) for name, path in broker.items() if "folder" in name]
    try:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):  # somebody else's folder is somebody else's business
            settings.DATA_DIR.chmod(0o700)  # it holds what people said
        tempfile.TemporaryFile(dir=settings.DATA_DIR).close()
    except OSError as error:
        raise CommandError(f"RTRAG_DATA_DIR {settings.DATA_DIR} is not writable: {error.strerror}") from error


def take_turn(say: Say) -> contextlib.AbstractContextManager[object]:
    """Servers that start together on one data folder prepare it one after another: each in this context."""
    turn = FileLock(settings.DATA_DIR / "preparation.lock")
    with contextlib.suppress(Timeout):
        return turn.acquire(blocking=False)
    say("Waiting for another server that is preparing the same data")
    return turn.acquire()


def reach_database() -> None:
    """Connect once and quickly; the pool of PostgreSQL connections would go on trying."""
    try:
        if connection.vendor == "postgresql":
            parameters = connection.get_connection_params()
            psycopg.connect(**parameters, connect_timeout=DATABASE_CONNECT_TIMEOUT_S).close()
        else:
            connection.ensure_connection()
    except (OperationalError, psycopg.OperationalError) as error:
        where = settings.DATABASE["HOST"] or settings.DATABASE["NAME"]
        reason = str(error).strip().splitlines()[0]
        raise CommandError(f"DATABASE_URL: the database at {where} cannot be reached: {reason}") from error


def apply_migrations(say: Say) -> None:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            say(f"Database: applying {len(waiting)} migrations")
            call_command("migrate", interactive=False, verbosity=0)
        else:
            say("Database: up to date")
    except OperationalError as error:
        raise CommandError(f"DATABASE_URL: {str(error).strip().splitlines()[0]}") from error


def load_starter_documents(say: Say) -> None:
    """Load what the service brings about itself, again only where it has changed or the database is another one.

    So a starter document that an operator deletes stays deleted.
    """
    folder = settings.STARTER_DOCUMENTS
    elsewhere = connection.vendor == "postgresql" and [settings.DATABASE[key] for key in ("HOST", "PORT", "NAME")]
    digest = hashlib.sha256(repr(elsewhere).encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    stamp = settings.DATA_DIR / "starter_documents.sha256"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        say("Starter documents: unchanged")
        return
    say("Starter documents: loading")
    try:
        call_command("load_documents", str(folder), verbosity=0)
    except CommandError as error:
        say(f"Starter documents: {error}; the next start tries again")
        return
    stamp.write_text(digest.hexdigest())


def set_up_providers(say: Say) -> None:
    """Let the providers follow the environment, and say who answers."""
    environment.apply()
    for warning in check_key_variables(databases=[connection.alias]):
        say(f"Warning: {warning.msg}")
    names = [row.name for row in ProviderConfig.objects.filter(is_enabled=True)]
    say(f"Answers: {', then '.join(names) if names else 'no provider is enabled'}")


def create_first_admin(say: Say) -> None:
    users = get_user_model().objects
    if users.filter(is_superuser=True).exists():
        return
    name = settings.FIRST_ADMIN_USERNAME
    if users.filter(username=name).exists():
        raise CommandError(f"DJANGO_SUPERUSER_USERNAME: {name!r} exists already and is no administrator")
    password = settings.FIRST_ADMIN_PASSWORD or secrets.token_urlsafe(12)
    users.create_superuser(name, password=password)
    if settings.FIRST_ADMIN_PASSWORD:
        say(f"Administrator: {name}, with the password of DJANGO_SUPERUSER_PASSWORD")
    else:
        say(f"Administrator: {name}   password: {password}   (shown this once)")
    say(f"               reset it with: {_python()} manage.py changepassword {name}")


def _python() -> str:
    """The running interpreter as one would type it in the project's folder."""
    path = Path(sys.executable)
    return str(path.relative_to(settings.BASE_DIR)) if path.is_relative_to(settings.BASE_DIR) else str(path)
