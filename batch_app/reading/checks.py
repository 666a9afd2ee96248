"""What is asked of every question, wherever it comes from."""

from dataclasses import dataclass, field

from django.conf import settings

from batch_app.entries import MAX_CUSTOM_ID, MAX_ENTRIES, BadLine, Entries, Entry, Problem, lines_view
from batch_app.refusals import invalid, wrong_size

SHOWN = 20
"""How many wrong lines are named where most of a file is wrong."""


@dataclass(slots=True)
class Collector:
    """Takes lines one by one and sorts them into `entries`.

    Raises `RefusedError` as soon as there are more than a batch may have, of good ones or of wrong ones: what comes
    after is not looked at, so that no file makes memory grow.
    """

    entries: Entries = field(default_factory=Entries)
    _custom_ids: set[str] = field(default_factory=set)
    _most: int = field(default_factory=lambda: settings.MAX_CHUNK_CHARS)

    def take(self, line: int, text: object, custom_id: object = "") -> None:
        """A question; None counts as no `custom_id`."""
        name = "" if custom_id is None else custom_id
        problem = self._problem_of(text) or self._problem_of_id(name)
        if problem:
            self.refuse(line, problem)
            return
        entry = Entry(str(text), str(name))
        if entry.custom_id:
            self._custom_ids.add(entry.custom_id)
        self.entries.good.append(entry)
        if len(self.entries.good) > MAX_ENTRIES:
            raise wrong_size(f"more than {MAX_ENTRIES}", MAX_ENTRIES)

    def refuse(self, line: int, problem: Problem) -> None:
        """A line that is wrong in itself."""
        bad = self.entries.bad
        bad.append(BadLine(line, problem))
        if len(bad) > MAX_ENTRIES:
            message = f"More than {MAX_ENTRIES} lines cannot be taken."
            raise invalid(message, field="texts", lines=lines_view(bad[:SHOWN]))

    def _problem_of(self, text: object) -> Problem | None:
        if not isinstance(text, str):
            return Problem.NOT_TEXT
        if len(text) > self._most:
            return Problem.TOO_LONG
        if not text.strip():
            return Problem.EMPTY
        if "\0" in text:
            return Problem.NUL
        return None if _is_unicode(text) else Problem.NOT_UNICODE

    def _problem_of_id(self, custom_id: object) -> Problem | None:
        if not isinstance(custom_id, str) or len(custom_id) > MAX_CUSTOM_ID or not custom_id.isprintable():
            return Problem.CUSTOM_ID_INVALID
        return Problem.CUSTOM_ID_REPEATED if custom_id in self._custom_ids else None


def _is_unicode(text: str) -> bool:
    """Whether it has no half of a surrogate pair, which no database stores."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
