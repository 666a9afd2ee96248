"""Asks a Dify app, and stops it when nobody listens any more."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote

import httpx
import msgspec

from providers_app.adapters.dify.conversations import turns_of, vendor_conversations_of
from providers_app.adapters.dify.errors import explain
from providers_app.adapters.dify.options import DifyOptions
from providers_app.adapters.dify.reading import Reading
from providers_app.contract import (
    AnswerRequest,
    ErrorReason,
    ProviderError,
    ProviderEvent,
    QuestionsSuggested,
    Turn,
    VendorConversation,
)
from providers_app.definition import Connection
from providers_app.http import Reply, Vendor, hear_out
from providers_app.options import Traits

logger = logging.getLogger(__name__)
MAX_LISTED = 100
NOBODY = "anonymous"
"""As whom Dify, which insists on a user, is asked for a speaker without a name."""
STOP_TIMEOUT_S = 1.5
LINGER_S = 1.0
"""How long the stream is heard to its end after the answer's; a workflow cut off before counts as never finished."""
SUGGESTIONS_TIMEOUT_S = 3.0


class DifyProvider:
    """A chat, agent or chatflow app. Dify remembers the conversation; its id is the `memory` of the answers."""

    traits: ClassVar = Traits(
        "Dify", DifyOptions, default_base_url="https://api.dify.ai/v1", remembers=True, uses_context=True
    )

    def __init__(self, connection: Connection, options: DifyOptions, client: httpx.AsyncClient) -> None:
        base_url = connection.base_url.rstrip("/")
        connection = replace(connection, base_url=base_url if base_url.endswith("/v1") else f"{base_url}/v1")
        headers = {"Authorization": f"Bearer {connection.key}"}
        self._vendor = Vendor(connection, client, headers=headers, explain=explain, needs_key=True)
        self._options = options

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        """Yield the text as it comes, and the sources, which Dify gives last."""
        reading = Reading()
        try:
            async with self._asked(request) as reply:
                events = reply.events()
                async for event in events:
                    for told in reading.take(event):
                        if reading.conversation_id:
                            request.remember(reading.conversation_id)  # also of an answer that is interrupted
                        yield told
                    if reading.end:
                        await hear_out(events, LINGER_S)
        except (GeneratorExit, asyncio.CancelledError):
            if reading.task_id and not reading.end:
                await self._stop(reading.task_id, self._user(request.user))
            raise
        if reading.end is None:
            raise ProviderError(ErrorReason.INTERRUPTED, may_pass=True, detail="no message_end")
        if questions := await self._suggested(reading.end.message_id, self._user(request.user)):
            yield QuestionsSuggested(questions)
        yield reading.end

    async def check(self) -> None:
        """The key opens an app."""
        await self._vendor.call("GET", "/parameters")

    async def rate(self, message_id: str, user: str, rating: str, comment: str) -> None:
        """Tell Dify how an answer was liked; it shows that to whoever runs the app."""
        body = {"rating": rating or None, "user": self._user(user), "content": comment}
        await self._vendor.call("POST", f"/messages/{quote(message_id, safe='')}/feedbacks", json=body)

    async def conversations(self, user: str, limit: int) -> list[VendorConversation]:
        """The user's conversations, the latest first; at most `MAX_LISTED`."""
        params = {"user": self._user(user), "limit": str(min(limit, MAX_LISTED))}
        return vendor_conversations_of(await self._vendor.call("GET", "/conversations", params=params))

    async def turns(self, conversation: str, user: str, limit: int) -> list[Turn]:
        """The latest turns of a conversation, oldest first; at most `MAX_LISTED`."""
        params = {
            "conversation_id": conversation,
            "user": self._user(user),
            "limit": str(min(limit, MAX_LISTED)),
        }
        return turns_of(await self._vendor.call("GET", "/messages", params=params))

    async def rename(self, conversation: str, user: str, name: str) -> None:
        body = {"name": name, "auto_generate": False, "user": self._user(user)}
        await self._vendor.call("POST", f"/conversations/{quote(conversation, safe='')}/name", json=body)

    async def delete(self, conversation: str, user: str) -> None:
        path = f"/conversations/{quote(conversation, safe='')}"
        await self._vendor.call("DELETE", path, json={"user": self._user(user)})

    def _user(self, user: str) -> str:
        return self._options.user or user or NOBODY

    def _body(self, request: AnswerRequest) -> dict[str, Any]:
        inputs = dict(self._options.inputs)
        if self._options.context_input:
            inputs[self._options.context_input] = "\n".join(request.context)
        return {
            "query": request.question if request.memory else request.standalone or request.question,
            "inputs": inputs,
            "user": self._user(request.user),
            "conversation_id": request.memory,
            "response_mode": "streaming",
            "auto_generate_name": False,  # it delays the first packet
        }

    @asynccontextmanager
    async def _asked(self, request: AnswerRequest) -> AsyncGenerator[Reply]:
        """The reply to a question; in a new conversation where Dify knows the old one no longer."""
        async with AsyncExitStack() as stack:
            try:
                reply = await stack.enter_async_context(self._sent(request))
            except ProviderError as error:
                if not request.memory or error.reason is not ErrorReason.NOT_FOUND:
                    raise
                reply = await stack.enter_async_context(self._sent(replace(request, memory="")))
            yield reply

    def _sent(self, request: AnswerRequest) -> AbstractAsyncContextManager[Reply]:
        return self._vendor.stream("POST", "/chat-messages", json=self._body(request))

    async def _stop(self, task_id: str, user: str) -> None:
        """Stop the generation. A further cancellation waits for that, which takes `STOP_TIMEOUT_S` at most."""
        path = f"/chat-messages/{quote(task_id, safe='')}/stop"
        call = self._vendor.call("POST", path, json={"user": user}, timeout_s=STOP_TIMEOUT_S)
        stopping = asyncio.create_task(call, name="stop Dify")
        cancelled: asyncio.CancelledError | None = None
        while not stopping.done():
            try:
                await asyncio.wait([stopping])
            except asyncio.CancelledError as cancellation:
                cancelled = cancellation
        try:
            stopping.result()
        except ProviderError as error:
            logger.warning("Dify could not be told to stop: %s", error.reason)
        if cancelled:
            raise cancelled

    async def _suggested(self, message_id: str, user: str) -> tuple[str, ...]:
        """What could be asked next; nothing where Dify does not say, or is not to be asked."""
        if not self._options.is_suggesting:
            return ()
        path = f"/messages/{quote(message_id, safe='')}/suggested"
        try:
            found = await self._vendor.call("GET", path, params={"user": user}, timeout_s=SUGGESTIONS_TIMEOUT_S)
            return msgspec.convert(found["data"], tuple[str, ...])
        except (ProviderError, msgspec.ValidationError, KeyError, TypeError):
            return ()
