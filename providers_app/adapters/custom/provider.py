"""Asks a service of one's own, and says what it says."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from copy import deepcopy
from typing import ClassVar
from urllib.parse import urlsplit

import httpx

from providers_app.adapters.custom.fields import ReplyFields, put, request_fields
from providers_app.adapters.custom.options import CustomOptions
from providers_app.adapters.custom.reading import Telling, parts
from providers_app.contract import AnswerEnded, AnswerRequest, ProviderEvent, Source, SourcesFound, TextDelta
from providers_app.definition import Connection
from providers_app.errors import explain
from providers_app.http import Vendor
from providers_app.options import Traits


class CustomProvider:
    """Posts the question to the base URL itself, and reads the answer in whichever form it comes."""

    traits: ClassVar = Traits("Custom HTTP service", CustomOptions, key="optional", remembers=True, uses_context=True)

    def __init__(self, connection: Connection, options: CustomOptions, client: httpx.AsyncClient) -> None:
        self._url = connection.base_url
        self._options = options
        self._fields = ReplyFields(options)
        scheme = "Bearer " if options.key_header == "Authorization" else ""
        headers = options.headers | ({options.key_header: scheme + connection.key} if connection.key else {})
        self._vendor = Vendor(connection, client, headers=headers, explain=explain)
        url = urlsplit(self._url)
        self._health_url = options.health_url or url._replace(path=url.path.rstrip("/") + "/health").geturl()
        is_same_place = urlsplit(self._health_url)[:2] == url[:2]
        self._health = self._vendor if is_same_place else Vendor(connection, client)  # the key goes nowhere else

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        """Yield the sources whenever there are others, the text, and at the end what the service says about it."""
        body = deepcopy(self._options.extra_body)
        for path, value in request_fields(self._options, request).items():
            put(body, path, value)
        sources: tuple[Source, ...] = ()
        ended, telling = AnswerEnded(), Telling()
        async with self._vendor.stream("POST", self._url, json=body) as reply, aclosing(parts(reply)) as found:
            async for part in found:
                if isinstance(part, str):
                    yield TextDelta(part)
                    continue
                if error := explain(httpx.codes.OK, part):
                    raise error
                if (newer := self._fields.sources(part)) and newer != sources:
                    sources = newer
                    yield SourcesFound(sources)
                field, text = self._fields.text(part)
                for event in telling.take(field, text) if text else ():
                    yield event
                ended = self._fields.end(part, ended)
        yield ended

    async def check(self) -> None:
        """The health check's address answers with a status of success."""
        async with self._health.stream("GET", self._health_url):
            return
