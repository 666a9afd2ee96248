"""A web search's results become an answer with links, or passages for a model."""

from typing import Any

import msgspec
import pytest

from providers_app.adapters.serper import SerperOptions
from providers_app.contract import (
    AnswerEnded,
    ErrorReason,
    ProviderError,
    Source,
    SourcesFound,
    TextDelta,
    WebSearcher,
)
from providers_app.tests.vendor import FakeVendor, events_of

URL = "https://google.serper.dev"
PAGES = [
    {
        "title": "Jeff Bezos - Wikipedia",
        "link": "https://en.wikipedia.org/wiki/Jeff_Bezos",
        "snippet": "Jeffrey Preston Bezos is an American businessman.",
        "position": 1,
    },
    {"title": "Odd", "link": "javascript:alert(1)", "snippet": "No address.", "date": "2 days ago", "position": 2},
    {"title": "Nothing said", "link": "https://empty.example", "position": 3},
    {"title": "Third", "link": "https://third.example", "snippet": "Three.", "position": 4},
    {"title": "Fourth", "link": "https://fourth.example", "snippet": "Four.", "position": 5},
]
BOX = {"title": "Founder of Amazon", "answer": "Jeff Bezos", "link": "https://box.example"}
GRAPH = {
    "title": "Jeff Bezos",
    "type": "Executive Chairman of Amazon",
    "description": "Jeffrey Preston Bezos is an American entrepreneur.",
    "descriptionSource": "Wikipedia",
    "descriptionLink": "https://en.wikipedia.org/wiki/Jeff_Bezos",
    "attributes": {"Born": "12 January 1964"},
}
PAGE_SOURCES = [
    ("Jeff Bezos - Wikipedia", PAGES[0]["snippet"], "https://en.wikipedia.org/wiki/Jeff_Bezos"),
    ("Odd", "2 days ago — No address.", ""),
    ("Third", "Three.", "https://third.example"),
    ("Fourth", "Four.", "https://fourth.example"),
]
EMPTY = {"searchParameters": {"q": "why", "type": "search"}, "organic": [], "credits": 1}


def sources(*known: tuple[Any, Any, Any]) -> tuple[Source, ...]:
    return tuple(Source(position, *known) for position, known in enumerate(known, start=1))


def searching(reply: Any, status: int = 200, **options: Any) -> tuple[FakeVendor, Any]:
    vendor = FakeVendor()
    vendor.says_json(reply, status)
    return vendor, vendor.provider("serper", URL, **options)


async def failure(coroutine: Any) -> tuple[ErrorReason, bool, str]:
    with pytest.raises(ProviderError) as caught:
        await coroutine
    return caught.value.reason, caught.value.may_pass, caught.value.detail


async def test_answer_box_is_said_first_and_pages_follow() -> None:
    _vendor, provider = searching({"answerBox": BOX, "knowledgeGraph": GRAPH, "organic": PAGES, "credits": 1})
    found = sources(
        ("Founder of Amazon", "Jeff Bezos", "https://box.example"),
        ("Jeff Bezos · Executive Chairman of Amazon", GRAPH["description"], GRAPH["descriptionLink"]),
        *PAGE_SOURCES,
    )
    assert await events_of(provider) == [
        SourcesFound(found),
        TextDelta("Jeff Bezos [1]"),
        TextDelta("\nJeffrey Preston Bezos is an American entrepreneur. [2]"),
        TextDelta("\n\nMore from the web:"),
        TextDelta("\n- Jeffrey Preston Bezos is an American businessman. [3]"),
        TextDelta("\n- 2 days ago — No address. [4]"),
        TextDelta("\n- Three. [5]"),
        AnswerEnded("stop", "google", {"credits": 1}),
    ]


async def test_pages_alone_are_an_answer_in_the_questions_language() -> None:
    _vendor, provider = searching({"organic": PAGES[:1]})
    assert await events_of(provider, "亚马逊是谁创办的", language="zh") == [
        SourcesFound(sources(PAGE_SOURCES[0])),
        TextDelta("网上查到："),
        TextDelta("\n- Jeffrey Preston Bezos is an American businessman. [1]"),
        AnswerEnded("stop", "google"),
    ]


async def test_answer_box_may_hold_a_snippet_alone() -> None:
    _vendor, provider = searching({"answerBox": {"title": "Weather", "snippet": "87°F"}})
    assert await events_of(provider) == [
        SourcesFound(sources(("Weather", "87°F", ""))),
        TextDelta("87°F [1]"),
        AnswerEnded("stop", "google"),
    ]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "The web search found nothing for this question."), ("zh", "网上没有搜到这个问题的结果。")],
)
async def test_nothing_found_is_not_found(language: str, sentence: str) -> None:
    _vendor, provider = searching(EMPTY)
    assert await events_of(provider, language=language) == [
        TextDelta(sentence),
        AnswerEnded("not_found", "google", {"credits": 1}),
    ]


@pytest.mark.parametrize(
    ("language", "options", "body"),
    [
        ("en", {}, {"num": 5, "gl": "us", "hl": "en"}),
        ("zh", {}, {"num": 5, "gl": "cn", "hl": "zh-cn"}),
        (
            "zh",
            {"gl": "sg", "hl": "en", "num": 10, "time_range": "week"},
            {"num": 10, "gl": "sg", "hl": "en", "tbs": "qdr:w"},
        ),
    ],
)
async def test_search_is_asked_as_it_is_set(language: str, options: dict[str, Any], body: dict[str, Any]) -> None:
    vendor, provider = searching(EMPTY, **options)
    await events_of(provider, language=language)
    (request,) = vendor.requests
    assert (request.method, str(request.url)) == ("POST", f"{URL}/search")
    assert request.headers["x-api-key"] == "key-1234"
    assert vendor.bodies == [{"q": "why", **body}]


async def test_results_can_be_passages_for_a_model() -> None:
    vendor, provider = searching({"answerBox": BOX, "organic": PAGES})
    assert isinstance(provider, WebSearcher)
    assert await provider.search("who", "en", 2) == sources(
        ("Founder of Amazon", "Jeff Bezos", "https://box.example"), PAGE_SOURCES[0]
    )
    assert vendor.bodies[0]["num"] == 2


@pytest.mark.parametrize("status", [400, 200])
async def test_account_without_credits_is_told_by_its_message(status: int) -> None:
    _vendor, provider = searching({"message": "Not enough credits", "statusCode": 400}, status)
    expected = (ErrorReason.QUOTA_EXCEEDED, False, f"HTTP {status} no credits")
    assert await failure(events_of(provider)) == expected


@pytest.mark.parametrize(
    ("reply", "status", "reason"),
    [
        ({"message": "Unauthorized.", "statusCode": 403}, 403, ErrorReason.UNAUTHORIZED),
        ({"message": "Rate limit exceeded"}, 429, ErrorReason.RATE_LIMITED),
        ([], 200, ErrorReason.MALFORMED),
    ],
)
async def test_failed_search_is_a_failure(reply: Any, status: int, reason: ErrorReason) -> None:
    _vendor, provider = searching(reply, status)
    assert (await failure(events_of(provider)))[0] is reason


@pytest.mark.parametrize(("reply", "status"), [({"balance": 2492, "rateLimit": 5}, 200), ({}, 404)])
async def test_health_asks_for_the_account_and_nothing_else(reply: Any, status: int) -> None:
    vendor, provider = searching(reply, status)
    await provider.check()
    assert [(request.method, str(request.url)) for request in vendor.requests] == [("GET", f"{URL}/account")]


@pytest.mark.parametrize(
    ("reply", "status", "reason"),
    [({"balance": 0}, 200, ErrorReason.QUOTA_EXCEEDED), ({}, 403, ErrorReason.UNAUTHORIZED)],
)
async def test_health_tells_what_a_search_would_meet(reply: Any, status: int, reason: ErrorReason) -> None:
    _vendor, provider = searching(reply, status)
    assert (await failure(provider.check()))[0] is reason


async def test_nothing_is_asked_without_a_key() -> None:
    vendor = FakeVendor()
    provider: Any = vendor.provider("serper", URL, key="")
    assert [(await failure(asked))[0] for asked in (events_of(provider), provider.check())] == [
        ErrorReason.KEY_MISSING,
        ErrorReason.KEY_MISSING,
    ]
    assert vendor.requests == []


@pytest.mark.parametrize(
    "options", [{"gl": "USA"}, {"gl": "us\n"}, {"hl": "english please"}, {"num": 0}, {"use": "both"}]
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(options, SerperOptions)
