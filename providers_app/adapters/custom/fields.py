"""What is where in a service's objects: fields by their paths, as the options name them."""

from collections.abc import Iterable
from types import UnionType
from typing import Any

from providers_app.adapters.custom.options import CustomOptions
from providers_app.chat import usage
from providers_app.contract import AnswerEnded, AnswerRequest, Source

MAX_SOURCES = 50
MODEL = ("model", "metadata.model")


def look_up(found: Any, path: str) -> Any:
    """What is at a dotted path, in lists by number; None where nothing is."""
    for step in path.split("."):
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set what is at a dotted path."""
    *outer, last = path.split(".")
    for step in outer:
        if not isinstance(body.get(step), dict):
            body[step] = {}
        body = body[step]
    body[last] = value


def request_fields(options: CustomOptions, request: AnswerRequest) -> dict[str, Any]:
    """What the request holds beside the operator's own fields, by path; what there is none of is left out.

    A service that neither remembers nor is told of earlier turns gets a question that stands alone.
    """
    knows_before = options.history_field or options.conversation_field
    turns = [
        {"role": role, "content": content}
        for turn in request.history
        for role, content in (("user", turn.question), ("assistant", turn.answer))
    ]
    values = {
        options.question_field: request.question if knows_before else request.standalone or request.question,
        options.context_field: list(request.context),
        options.history_field: turns,
        options.language_field: request.language,
        options.conversation_field: request.memory,
        options.user_field: request.user,
    }
    return {path: value for path, value in values.items() if path and value} | (
        {"stream": True} if options.is_streamed else {}
    )


class ReplyFields:
    """Finds what the service says in the objects of its reply."""

    def __init__(self, options: CustomOptions) -> None:
        pieces, whole = _paths(options.delta_fields), _paths(options.answer_fields)
        self._text = pieces + whole if options.is_streamed else whole + pieces
        self._sources = _paths(options.sources_fields)
        self._title = _paths(options.source_title_fields)
        self._content = _paths(options.source_content_fields)
        self._url = _paths(options.source_url_fields)
        self._score = _paths(options.source_score_fields)
        self._usage = _paths(options.usage_fields)
        memory = options.conversation_field
        self._memory = [memory, f"metadata.{memory}"] if memory else []

    def text(self, found: dict[str, Any]) -> tuple[str, str]:
        """Which field holds text, and the text; ("", "") for none."""
        path, text = _first(found, self._text, str)
        return path, text or ""

    def sources(self, found: dict[str, Any]) -> tuple[Source, ...]:
        items = _first(found, self._sources, list)[1] or []
        return tuple(self._source(position, item) for position, item in enumerate(items[:MAX_SOURCES], start=1))

    def end(self, found: dict[str, Any], before: AnswerEnded) -> AnswerEnded:
        """What is known about the answer's end with this object, after those before it."""
        count = _first(found, self._usage, dict)[1] or {}
        counts = usage(
            count.get("prompt_tokens", count.get("input_tokens")),
            count.get("completion_tokens", count.get("output_tokens")),
            count.get("total_tokens"),
        )
        memory = _first(found, self._memory, str | int)[1]
        return AnswerEnded(
            model=_first(found, MODEL, str)[1] or before.model,
            usage=counts or before.usage,
            memory=before.memory if memory is None else str(memory),
        )

    def _source(self, position: int, item: Any) -> Source:
        """A source is an object, or a string that is its address or its title."""
        if not isinstance(item, dict):
            text = str(item)
            return Source(position, text, "", text if _is_address(text) else "")
        address = _first(item, self._url, str)[1] or ""
        score = _first(item, self._score, int | float)[1]
        return Source(
            position,
            _first(item, self._title, str)[1] or address,
            _first(item, self._content, str)[1] or "",
            address if _is_address(address) else "",
            None if score is None else float(score),
        )


def _first(found: Any, paths: Iterable[str], kind: type | UnionType) -> tuple[str, Any]:
    """The first path at which something of that kind is, and what is there; ("", None) for none."""
    for path in paths:
        value = look_up(found, path)
        if isinstance(value, kind) and not isinstance(value, bool) and value not in ("", [], {}):
            return path, value
    return "", None


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def _paths(setting: str) -> list[str]:
    return [path.strip() for path in setting.split(",")]
