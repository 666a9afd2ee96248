"""What clients are told of the session itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sessions_app.domain.events.asked import AskedQuestion
from sessions_app.domain.options import SessionOptions
from sessions_app.domain.protocol import ErrorCode, Stage


class EndReason(StrEnum):
    """Why a session ended."""

    STOPPED = "stopped"
    DISCONNECTED = "disconnected"
    SWITCHED = "switched"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A client message was taken. Where `is_stored`, nobody may hear of it before what it caused is durable."""

    received_type: str = ""
    message: str = ""
    is_final: bool | None = None
    segment_id: str | None = None
    is_stored: bool = False
    options: SessionOptions | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A client message could not be taken."""

    code: ErrorCode
    message: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageChanged:
    stage: Stage
    note: str = ""
    question: AskedQuestion | None = None
    is_restart: bool = False


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """The client is done: nothing follows, and the socket closes."""
