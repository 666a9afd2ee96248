"""A provider for a server in a process of its own: what it answers depends on words in the question."""

import asyncio
from collections.abc import AsyncGenerator

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)

SOURCES = (
    Source(1, "Handbook <b>one</b>", "Said <script>alert(3)</script> in a document.", "javascript:alert(1)", 0.91),
    Source(2, "Web page", "A second passage.", "https://example.org/page", 12.5),
)


class PlaybackProvider:
    """“endless” begins an answer that never ends, “unknown” finds nothing, “broken” fails; others are answered."""

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        if "broken" in request.question:
            raise ProviderError("unavailable", may_pass=False)
        if "unknown" in request.question:
            yield TextDelta("Nothing is known about that.")
            yield AnswerEnded("not_found")
            return
        yield SourcesFound(SOURCES)
        yield TextDelta("The first sentence [")
        if "endless" in request.question:
            await asyncio.Event().wait()
        yield TextDelta("1]. <img src=x onerror=alert(2)> The second")
        yield TextDelta(" sentence [2].")
        yield AnswerEnded()

    async def is_healthy(self) -> bool:
        return True
