"""What the arguments of the commands may be, beside numbers and words."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.utils import timezone

from batch_app.downloads import FORMATS
from batch_app.models import BatchTask

if TYPE_CHECKING:
    from django.db.models import CharField  # not subscriptable when running


def moment(text: str) -> datetime:
    """A time; one without its zone is in that of the service."""
    try:
        at = datetime.fromisoformat(text)
        return (at if timezone.is_aware(at) else timezone.make_aware(at)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"a time such as 2026-11-30T22:00 is expected, not {text!r}") from None


def words_of(field: str) -> Callable[[str], str]:
    """A function that takes words which fit into a field of a batch."""
    longest = longest_of(field)

    def words(text: str) -> str:
        clean = storable(text).strip()
        if len(clean) > longest:
            raise ArgumentTypeError(f"at most {longest} characters are expected, not {len(clean)}")
        return clean

    return words


def longest_of(field: str) -> int:
    """How many characters fit into a field of a batch."""
    found = cast("CharField[str, str]", BatchTask._meta.get_field(field))  # noqa: SLF001 - documented API
    return found.max_length or 0


def storable(text: str) -> str:
    """The text with question marks for what no database stores: names of files may be any bytes."""
    return text.encode(errors="replace").decode().replace("\0", "?")


def results_file(text: str) -> Path:
    """A file that results can be written to."""
    path = Path(text)
    if path.suffix.lower().removeprefix(".") not in FORMATS:
        endings = " or ".join(f".{ending}" for ending in FORMATS)
        raise ArgumentTypeError(f"a name that ends in {endings} is expected, not {text!r}")
    if not path.parent.is_dir():
        raise ArgumentTypeError(f"there is no folder {str(path.parent)!r}")
    return path
