"""What a session begins with: limits, options, and what happened in it before, where it is taken up again."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sessions_app.domain.events import Acknowledged, Event, SegmentHeard
from sessions_app.domain.options import SessionOptions

KNOWN_QUESTIONS = 500
"""To the answers of how many of a session's latest questions feedback may come."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one session may hold in memory: finals, and questions that wait for the running answer."""

    finals: int = 1_000
    waiting_questions: int = 8


@dataclass(frozen=True, slots=True)
class Past:
    """What happened in a session before it is taken up again.

    `finals` and `questions` (their ids) are the latest, oldest first; `next_index` is the next final's number.
    """

    finals: tuple[SegmentHeard, ...] = ()
    next_index: int = 0
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beginning:
    """All of it. A client that `is_paused` stays so when it goes to another session.

    Where it came from another one (`is_switch`), it does not know yet how this one is listened to.
    """

    limits: Limits = field(default_factory=Limits)
    options: SessionOptions = field(default_factory=SessionOptions)
    past: Past = field(default_factory=Past)
    is_paused: bool = False
    is_switch: bool = False


def introducing(options: SessionOptions, events: Iterable[Event]) -> list[Event]:
    """The same events, of which acknowledgements say how the session is listened to."""
    return [replace(event, options=options) if isinstance(event, Acknowledged) else event for event in events]
