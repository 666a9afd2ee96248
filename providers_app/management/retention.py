"""How long what is on record is kept, as commands are told."""

from argparse import ArgumentTypeError

MAX_DAYS = 36_500


def days(text: str) -> int:
    """The argument of `--older-than`."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_DAYS):
        raise ArgumentTypeError(f"a whole number of days from 1 to {MAX_DAYS} is expected, not {text!r}")
    return int(text)
