"""The vocabulary of the socket: client messages, server messages, codes, and reading frames."""

from sessions_app.domain.protocol.client import Action, AsrChunk, Ask, ClientMessage, Control, Keepalive
from sessions_app.domain.protocol.codes import CloseCode, ErrorCode, Stage
from sessions_app.domain.protocol.parsing import Rejection, parse

__all__ = [
    "Action",
    "AsrChunk",
    "Ask",
    "ClientMessage",
    "CloseCode",
    "Control",
    "ErrorCode",
    "Keepalive",
    "Rejection",
    "Stage",
    "parse",
]
