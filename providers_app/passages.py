"""Searching the knowledge base from the event loop, for whoever answers from its passages."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from knowledge_app.answering import best_passages
from knowledge_app.index import Hit
from providers_app.contract import AnswerRequest, ErrorReason, ProviderError, Source

THREADS = 2
MAX_WAITING = 256
NOT_KNOWN = {"en": "The knowledge base has no answer to this question.", "zh": "知识库里没有这个问题的答案。"}

T = TypeVar("T")


class Searches:
    """Searching takes milliseconds of CPU, so it runs in a few threads of its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="knowledge")
        self._waiting = 0

    async def run(self, search: Callable[[], T]) -> T:
        """What `search` finds. Raises `ProviderError`: beyond `MAX_WAITING` searches it is refused as "overloaded"."""
        if self._waiting >= MAX_WAITING:
            raise ProviderError(ErrorReason.OVERLOADED, may_pass=True)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, search)
        except Exception as error:
            detail = f"{type(error).__name__} in search"
            raise ProviderError(ErrorReason.UNAVAILABLE, may_pass=True, detail=detail) from error
        finally:
            self._waiting -= 1


searches = Searches()


async def find(request: AnswerRequest, limit: int) -> tuple[Source, ...]:
    """The up to `limit` passages to answer `request` from, best first; none where none fits. Raises `ProviderError`."""
    hits = await searches.run(lambda: best_passages(request.question, request.context, request.language, limit))
    return tuple(source(number, hit) for number, hit in enumerate(hits, start=1))


def source(number: int, hit: Hit) -> Source:
    """The passage as the source with this citation mark."""
    title = f"{hit.title} · {hit.heading}" if hit.heading not in {"", hit.title} else hit.title
    return Source(number, title, hit.text, score=round(hit.score, 3))
