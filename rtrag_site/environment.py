"""Reads the environment variables; whatever is wrong with one is said in a single line that shows no secret."""

import base64
import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
MIN_SECONDS = 0.1
SIGNING_PREFIX = "whsec_"
SIGNING_BYTES = range(24, 65)
"""How long a secret of the Standard Webhooks specification may be."""


class Environment:
    """Typed readers of variables. An empty variable counts as unset; a malformed one raises `ImproperlyConfigured`.

    `defaults` collects every variable that was asked for, with its default as it would be written.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.defaults: dict[str, str] = {}

    def text(self, name: str, default: str = "") -> str:
        self.defaults[name] = default
        return self._variables.get(name, "").strip() or default

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """One of `choices`, in whatever case it was written."""
        value = self.text(name, default)
        for choice in choices:
            if choice.lower() == value.lower():
                return choice
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}")

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name, str(default).lower()).lower()
        if value not in TRUE_WORDS | FALSE_WORDS:
            raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}")
        return value in TRUE_WORDS

    def positive(self, name: str, default: int, most: int | None = None) -> int:
        """A whole number from 1 to `most`."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdecimal()) or not 1 <= int(value) <= (most or int(value)):
            expected = f"from 1 to {most}" if most else "above zero"
            raise ImproperlyConfigured(f"{name} must be a whole number {expected}, not {value!r}")
        return int(value)

    def seconds(self, name: str, most: float = 3_600) -> float | None:
        """A number of seconds above zero; None where it is unset."""
        value = self.text(name)
        try:
            number = float(value or most)
        except ValueError:
            number = 0.0
        if not MIN_SECONDS <= number <= most:
            raise ImproperlyConfigured(
                f"{name} must be a number of seconds from {MIN_SECONDS} to {most}, not {value!r}"
            )
        return number if value else None

    def fraction(self, name: str, default: float) -> float:
        """A number from 0 to 1."""
        value = self.text(name, str(default))
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0 <= number <= 1:
            raise ImproperlyConfigured(f"{name} must be a number from 0 to 1, not {value!r}")
        return number

    def listed(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """The parts of a value that commas separate."""
        return [part.strip() for part in self.text(name, ",".join(default)).split(",") if part.strip()]

    def signing_secrets(self, name: str) -> list[str]:
        """Secrets as the Standard Webhooks specification writes them, which are never shown."""
        found = self.listed(name)
        if not all(_is_signing_secret(each) for each in found):
            lengths = f"{SIGNING_BYTES[0]} to {SIGNING_BYTES[-1]}"
            raise ImproperlyConfigured(f"{name} must be {SIGNING_PREFIX} and {lengths} bytes in base64")
        return found

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ImproperlyConfigured(f"{name} must be a time zone such as Asia/Shanghai, not {value!r}") from None

    def url(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        """A URL with one of `schemes`. It may hold a password, so it is never shown."""
        value = self.text(name, default)
        try:
            parts = urlsplit(value)
            well_formed = parts.scheme in schemes and value.startswith(f"{parts.scheme}://") and parts.port != 0
        except ValueError:
            well_formed = False
        if value and not well_formed:
            raise ImproperlyConfigured(f"{name} must be a URL that begins with {'://, '.join(schemes)}://")
        return value

    def database(self, name: str, default: Path) -> dict[str, Any]:
        """Django's settings of the database that a URL names; without one, of the SQLite file `default`."""
        url = self.url(name, "", ("postgres", "postgresql", "sqlite"))
        if url.startswith("sqlite:") and not url.startswith("sqlite:////"):
            raise ImproperlyConfigured(f"{name} must name the SQLite file by its whole path: sqlite:////path/to/file")
        settings: dict[str, Any] = environ.Env.db_url_config(url or f"sqlite:///{default}")
        return settings


def read_env_file(path: Path) -> None:
    """Add the lines `NAME=value` of an optional file to the environment; what is set already goes before."""
    try:
        environ.Env.read_env(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read") from error


def signing_secret() -> str:
    """A new secret for signatures of webhooks."""
    return SIGNING_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _is_signing_secret(text: str) -> bool:
    try:
        key = base64.b64decode(text.removeprefix(SIGNING_PREFIX), validate=True)
    except ValueError:
        return False
    return text.startswith(SIGNING_PREFIX) and len(key) in SIGNING_BYTES


def local_secret(data_dir: Path, name: str, make: Callable[[], str] = get_random_secret_key) -> str:
    """A secret of this installation: made at the first start, kept in the data folder for its owner only."""
    path = data_dir / name
    try:
        if not path.exists():
            data_dir.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=data_dir) as file, contextlib.suppress(FileExistsError):
                file.write(make())
                file.flush()
                os.link(file.name, path)  # whole or not at all, and the first of several processes wins
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(f"RTRAG_DATA_DIR {data_dir} is not writable: {error.strerror}") from error
