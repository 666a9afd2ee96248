"""What reading the environment needs beyond django-environ."""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def positive(env: environ.Env, name: str, default: int) -> int:
    """The whole number above zero that variable `name` holds, or `default`."""
    raw = env.str(name, default=str(default))
    if not raw.isdecimal() or int(raw) == 0:
        raise ImproperlyConfigured(f"{name} must be a whole number above zero, not {raw!r}")
    return int(raw)


def local_secret_key(data_dir: Path) -> str:
    """The key of this installation: made at the first start, kept in the data folder for its owner only."""
    path = data_dir / "secret_key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(handle, "w") as file:
            file.write(get_random_secret_key())
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(f"RTRAG_DATA_DIR {data_dir} is not writable: {error.strerror}") from error
