"""The vocabulary of the socket: client messages, server messages, codes, and reading frames."""

from sessions_app.domain.protocol.client import (
    Action,
    Ask,
    AsrChunk,
    BatchWatch,
    ClientMessage,
    Control,
    Feedback,
    Keepalive,
    Options,
    Rating,
)
from sessions_app.domain.protocol.codes import CloseCode, ErrorCode, Stage
from sessions_app.domain.protocol.parsing import Rejection, parse

__all__ = [
    "Action",
    "Ask",
    "AsrChunk",
    "BatchWatch",
    "ClientMessage",
    "CloseCode",
    "Control",
    "ErrorCode",
    "Feedback",
    "Keepalive",
    "Options",
    "Rating",
    "Rejection",
    "Stage",
    "parse",
]
