"""Who may answer a question, in the order in which they are asked."""

from providers_app.contract import AnswerRequest, Dialogue
from providers_app.definition import Definition, Snapshot
from providers_app.gateway import freshness
from providers_app.options import SearchOptions
from providers_app.registry import traits_of


def candidates(snapshot: Snapshot, request: AnswerRequest, dialogue: Dialogue) -> tuple[Definition, ...]:
    """The provider that `dialogue` is pinned to, alone; else all, the active one first.

    Web searches are left out unless one is active, or the web is wanted: then the first search goes first, or the first
    model where the search's results are given to models.
    """
    if dialogue.provider:
        pinned = snapshot.named(dialogue.provider)
        return (pinned,) if pinned else ()
    ordered = tuple(
        found for place, found in enumerate(snapshot.definitions) if place == 0 or not traits_of(found.kind).is_search
    )
    search = web_search(snapshot)
    if search is None or not wants_web(request):
        return ordered
    models = (found for found in ordered if traits_of(found.kind).is_model)
    first = next(models, search) if _gives_to_models(search) else search
    return first, *(found for found in ordered if found != first)


def wants_web(request: AnswerRequest) -> bool:
    """Whether the web is to be searched: as whoever asks has said, else as the question's words say."""
    return freshness.wants_web(request.question) if request.search is None else request.search


def web_search(snapshot: Snapshot) -> Definition | None:
    """The first enabled web search."""
    return next((found for found in snapshot.definitions if traits_of(found.kind).is_search), None)


def feeds_models(snapshot: Snapshot, request: AnswerRequest) -> bool:
    """Whether models answer this question from what a web search finds."""
    search = web_search(snapshot)
    return search is not None and _gives_to_models(search) and wants_web(request)


def _gives_to_models(search: Definition) -> bool:
    return isinstance(search.options, SearchOptions) and search.options.use == "model"
