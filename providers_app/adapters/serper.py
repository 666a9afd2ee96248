"""The provider kind `serper`: what a web search finds, as an answer with links or as passages for a model.

The API as documented at https://serper.dev/playground; its account's address is known from its users alone.
"""

from collections.abc import AsyncGenerator, Iterator
from typing import Annotated, Any, ClassVar, Literal

import httpx
from msgspec import Meta

from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    ErrorReason,
    ProviderError,
    ProviderEvent,
    Source,
    SourcesFound,
    TextDelta,
)
from providers_app.definition import Connection
from providers_app.http import Vendor, malformed
from providers_app.options import SearchOptions, Traits, _

MODEL = "google"
LOCALES = {"en": ("us", "en"), "zh": ("cn", "zh-cn")}
"""Country and language of a search, by the question's language."""
TIME_RANGES = {"any": "", "hour": "qdr:h", "day": "qdr:d", "week": "qdr:w", "month": "qdr:m", "year": "qdr:y"}
MAX_SNIPPETS = 3
FOUND = {"en": "From the web:", "zh": "网上查到："}
MORE = {"en": "More from the web:", "zh": "更多结果："}
NOT_FOUND = {"en": "The web search found nothing for this question.", "zh": "网上没有搜到这个问题的结果。"}


class SerperOptions(SearchOptions, frozen=True, kw_only=True):
    """How the web is searched."""

    num: Annotated[int, Meta(title=_("Number of results"), description=_("More than 10 cost twice."), ge=1, le=20)] = 5
    gl: Annotated[
        str,
        Meta(
            title=_("Country"),
            description=_("Two letters, as us or cn. Empty for that of the question's language."),
            pattern=r"^([a-z]{2})?\Z",
        ),
    ] = ""
    hl: Annotated[
        str,
        Meta(
            title=_("Language"),
            description=_("As en or zh-cn. Empty for the question's."),
            pattern=r"^([a-z]{2,3}(-[A-Za-z]{2,4})?)?\Z",
        ),
    ] = ""
    time_range: Annotated[
        Literal["any", "hour", "day", "week", "month", "year"],
        Meta(title=_("Not older than"), description=_("The past hour, day, …")),
    ] = "any"


class SerperProvider:
    """Answers with what Google shows first: its own answer, what it knows about a thing, and the best pages."""

    traits: ClassVar = Traits("Serper", SerperOptions, default_base_url="https://google.serper.dev", is_search=True)

    def __init__(self, connection: Connection, options: SerperOptions, client: httpx.AsyncClient) -> None:
        self._has_key = bool(connection.key)
        self._options = options
        self._vendor = Vendor(connection, client, headers={"X-API-KEY": connection.key}, explain=_explain)

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        """Yield the sources, then a line for each of the best; nothing found ends with "not_found"."""
        found = await self._found(request.standalone or request.question, request.language, self._options.num)
        usage = {"credits": credits_} if type(credits_ := found.get("credits")) is int else {}
        sources = _sources(found)
        if not sources:
            yield TextDelta(NOT_FOUND[request.language])
            yield AnswerEnded("not_found", MODEL, usage)
            return
        yield SourcesFound(sources)
        for line in _lines(sources, len(list(_direct(found))), request.language):
            yield TextDelta(line)
        yield AnswerEnded("stop", MODEL, usage)

    async def search(self, question: str, language: str, limit: int) -> tuple[Source, ...]:
        """What the web knows about it, the best first. Raises `ProviderError`."""
        return _sources(await self._found(question, language, limit))[:limit]

    async def check(self) -> None:
        """The key is known and has credits left; asking for the account costs none."""
        self._require_key()
        try:
            account = await self._vendor.call("GET", "/account")
        except ProviderError as error:
            if error.reason is ErrorReason.NOT_FOUND:
                return
            raise
        balance = account.get("balance") if isinstance(account, dict) else None
        if isinstance(balance, int) and balance <= 0:
            raise _no_credits()

    async def _found(self, question: str, language: str, limit: int) -> dict[str, Any]:
        self._require_key()
        options, (country, tongue) = self._options, LOCALES[language]
        body = {"q": question, "num": limit, "gl": options.gl or country, "hl": options.hl or tongue}
        if time_range := TIME_RANGES[options.time_range]:
            body["tbs"] = time_range
        found = await self._vendor.call("POST", "/search", json=body, timeout_s=None)
        if not isinstance(found, dict):
            raise malformed("no object")
        if error := _explain(httpx.codes.OK, found):
            raise error
        return found

    def _require_key(self) -> None:
        if not self._has_key:
            raise ProviderError(ErrorReason.KEY_MISSING, may_pass=False)


def _explain(status: int, body: Any) -> ProviderError | None:
    """An empty account is told by its message alone, with status 400."""
    message = body.get("message") if isinstance(body, dict) else None
    if isinstance(message, str) and "credits" in message.lower():
        return _no_credits(status)
    return None


def _no_credits(status: int = httpx.codes.OK) -> ProviderError:
    return ProviderError(ErrorReason.QUOTA_EXCEEDED, may_pass=False, detail=f"HTTP {int(status)} no credits")


def _sources(found: dict[str, Any]) -> tuple[Source, ...]:
    pages = found.get("organic")
    known = [*_direct(found), *(_page(page) for page in (pages if isinstance(pages, list) else []))]
    return tuple(
        Source(position, title or url, text, url)
        for position, (title, text, url) in enumerate((item for item in known if item[1]), start=1)
    )


def _direct(found: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Title, text and address of the answer that the search engine gives itself, and of what it knows."""
    box, graph = (part if isinstance(part := found.get(name), dict) else {} for name in ("answerBox", "knowledgeGraph"))
    if answer := _text(box, "answer") or _text(box, "snippet"):
        yield _text(box, "title"), answer, _address(box, "link")
    if description := _text(graph, "description"):
        title = _text(graph, "title")
        about = " · ".join(part for part in (title, _text(graph, "type")) if part)
        yield about, description, _address(graph, "descriptionLink") or _address(graph, "website")


def _page(page: Any) -> tuple[str, str, str]:
    if not isinstance(page, dict):
        return "", "", ""
    text = " — ".join(part for part in (_text(page, "date"), _text(page, "snippet")) if part)
    return _text(page, "title"), text, _address(page, "link")


def _text(part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    return value.strip() if isinstance(value, str) else ""


def _address(part: dict[str, Any], name: str) -> str:
    address = _text(part, name)
    return address if address.startswith(("https://", "http://")) else ""


def _lines(sources: tuple[Source, ...], direct: int, language: str) -> Iterator[str]:
    """The direct answers, then a few of the pages as a list, each with its citation mark."""
    for source in sources[:direct]:
        yield f"{'' if source.position == 1 else chr(10)}{source.content} [{source.position}]"
    pages = sources[direct : direct + MAX_SNIPPETS]
    if pages:
        yield f"\n\n{MORE[language]}" if direct else FOUND[language]
    for source in pages:
        yield f"\n- {source.content} [{source.position}]"
