"""The lists that Dify keeps: a user's conversations, and the messages of one."""

from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from providers_app.contract import Turn, VendorConversation
from providers_app.http import malformed

T = TypeVar("T")


class _Conversation(Struct):
    id: str
    name: str | None = None
    created_at: float = 0.0
    updated_at: float = 0.0


class _Message(Struct):
    query: str | None = None
    answer: str | None = None
    created_at: float = 0.0


def vendor_conversations_of(reply: Any) -> list[VendorConversation]:
    """Raises `ProviderError`."""
    return [
        VendorConversation(found.id, found.name or "", found.updated_at or found.created_at)
        for found in _data(reply, _Conversation)
    ]


def turns_of(reply: Any) -> list[Turn]:
    """The turns, oldest first, in whichever order they come. Raises `ProviderError`."""
    messages = sorted(_data(reply, _Message), key=lambda message: message.created_at)
    return [Turn(message.query or "", message.answer or "") for message in messages]


def _data(reply: Any, kind: type[T]) -> list[T]:
    try:
        return msgspec.convert(reply["data"], list[kind])  # type: ignore[valid-type]
    except (msgspec.ValidationError, KeyError, TypeError):
        raise malformed("no list") from None
