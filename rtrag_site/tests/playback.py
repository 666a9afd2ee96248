"""A provider for a server in a process of its own: what it answers depends on words in the question.

`server(PLAYBACK)` starts a server that has it in the place of the knowledge base.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, ClassVar

from providers_app.contract import (
    NOT_FOUND,
    AnswerEnded,
    AnswerRequest,
    AnswerRestarted,
    ErrorReason,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)
from providers_app.options import Traits

PLAYBACK = {"DJANGO_SETTINGS_MODULE": "rtrag_site.tests.playback_settings"}
SOURCES = (
    Source(1, "Handbook <b>one</b>", "Said <script>alert(3)</script> in a document.", "javascript:alert(1)", 0.91),
    Source(2, "Web page", "A second passage.", "https://example.org/page", 12.5),
)


class PlaybackProvider:
    """“endless” begins an answer that never ends, “anew” begins twice, “unknown” finds nothing, “broken” fails.

    “nowhere” finds nothing either, and says so only where that is wanted. Others are answered.
    """

    traits: ClassVar = Traits("Playback")

    def __init__(self, *_configuration: Any) -> None: ...

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        if "broken" in request.question:
            raise ProviderError(ErrorReason.UNAVAILABLE, may_pass=False)
        if "nowhere" in request.question and request.only_known:
            yield AnswerEnded(NOT_FOUND)
            return
        if "unknown" in request.question or "nowhere" in request.question:
            yield TextDelta("Nothing is known about that.")
            yield AnswerEnded(NOT_FOUND)
            return
        if "anew" in request.question:
            yield TextDelta("This does not count.")
            yield AnswerRestarted(ErrorReason.TOO_LONG)
        yield SourcesFound(SOURCES)
        yield TextDelta("The first sentence [")
        if "endless" in request.question:
            await asyncio.Event().wait()
        yield TextDelta("1]. <img src=x onerror=alert(2)> The second")
        yield TextDelta(" sentence [2].")
        yield AnswerEnded()

    async def check(self) -> None:
        """Always well."""
