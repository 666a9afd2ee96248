"""What is wrong with the fields of a request, in words for people. Pydantic's own may repeat what was sent."""

from collections.abc import Iterable, Mapping
from typing import Any

from batch_app.api.inputs import KEY
from providers_app.api_shapes import NAME, NO_NUL, NOT_BLANK

MAX_FIELDS = 20
"""How many wrong fields are named."""
MAX_FIELD_CHARS = 100
PATTERNS = {
    NO_NUL: "must have no NUL character",
    NOT_BLANK: "must not be blank, nor have a NUL character",
    NAME: "must be 1 to 64 letters, digits, dots, hyphens or underscores",
    KEY: "must be 1 to 255 printable characters of ASCII, with no space at either end",
}
WHOLE = "must be a whole number"
BOOLEAN = "must be true or false"
OBJECT = "must be an object"
UUID = "must be a UUID"
REASONS = {
    "missing": "is required",
    "extra_forbidden": "is unknown",
    "less_than_equal": "must be at most {le}",
    "greater_than_equal": "must be at least {ge}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_long": "must have at most {max_length} entries",
    "literal_error": "must be {expected}",
    "timezone_aware": "needs a time zone, as in 2026-11-30T22:00:00+01:00",
    "datetime_type": "must be a time with its zone, as in 2026-11-30T22:00:00+01:00",
    "string_type": "must be a string",
    "list_type": "must be a list",
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_from_float": WHOLE,
    "bool_type": BOOLEAN,
    "bool_parsing": BOOLEAN,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "uuid_type": UUID,
    "uuid_parsing": UUID,
}
"""For each of pydantic's errors that a request can cause; the names in braces are of its context."""
ANY_OTHER = "has the wrong type or shape"


def wrong_fields(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Name the fields that do not fit, and say why; nothing of what they held. `errors` are those of ninja."""
    return [
        {"field": _field(each["loc"]), "problem": each["type"], "reason": _reason(each["type"], each.get("ctx", {}))}
        for each in list(errors)[:MAX_FIELDS]
    ]


def _field(place: tuple[str | int, ...]) -> str:
    """The name of a field, from where ninja says that it is, beside the names of the view's arguments."""
    names = place[2:] if place[0] == "body" else place[-1:]
    return ".".join(map(str, names))[:MAX_FIELD_CHARS] or "body"


def _reason(problem: str, context: Mapping[str, Any]) -> str:
    if problem == "string_pattern_mismatch":
        return PATTERNS.get(context["pattern"], ANY_OTHER)
    return REASONS.get(problem, ANY_OTHER).format(**context)
