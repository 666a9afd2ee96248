"""What the HTTP APIs of all applications share: kinds of fields, errors, sources, and how these are documented."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

JSON = "application/json"
NO_NUL = r"^[^\x00]*$"
NOT_BLANK = r"^[^\x00]*[^\x00\s][^\x00]*$"
NAME = r"^[A-Za-z0-9._-]{1,64}$"
Text = Annotated[str, StringConstraints(pattern=NO_NUL)]
Name = Annotated[str, StringConstraints(pattern=NAME)]
Example = Mapping[str, Any]
RETRY_AFTER = {"Retry-After": {"description": "After how many seconds to try again.", "schema": {"type": "integer"}}}


class ErrorOut(BaseModel):
    """Why a request was refused, or what went wrong."""

    error: Annotated[str, Field(description="A code, for programs.")]
    message: Annotated[str, Field(description="The same as a sentence, for people.")]
    details: Annotated[dict[str, Any], Field(description="What more is known, such as `field` or `limit`.")]


class SourceOut(BaseModel):
    """One source of an answer; the mark `[1]` in the text stands for the source with `position` 1."""

    position: int
    title: str
    content: str
    url: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A way to be refused, as the documentation shows it. `may_pass` where the answer says when to try again."""

    status: HTTPStatus
    code: str
    message: str
    details: Example = field(default_factory=dict)
    may_pass: bool = False

    @property
    def example(self) -> dict[str, Any]:
        value = {"error": self.code, "message": self.message, "details": dict(self.details)}
        return {"summary": self.message, "value": value}


@dataclass(frozen=True, slots=True)
class Reply:
    """How a request is answered that is taken.

    `shape` is what JSON is made of, None where there is none; `beside` is the `content` of OpenAPI for other types.
    """

    status: HTTPStatus
    shape: Any = None
    example: Any = None
    headers: Example = field(default_factory=dict)
    beside: Example = field(default_factory=dict)

    @property
    def documented(self) -> dict[str, Any]:
        content = {JSON: {"example": self.example}} if self.shape else {}
        return {"content": {**content, **self.beside}, **({"headers": self.headers} if self.headers else {})}


def documented(
    reply: Reply, *refusals: Refusal, body: Any = None, media_type: str = JSON, is_closed: bool = False
) -> dict[str, Any]:
    """The arguments of a ninja operation that tell how it answers; `body` is an example of what it is sent.

    `is_closed` where a form has no other fields than those of the view; models say so themselves.
    """
    extra: dict[str, Any] = {"responses": {reply.status: reply.documented, **refusal_examples(refusals)}}
    if body is not None:
        content: dict[str, Any] = {"example": body}
        if is_closed:
            content["schema"] = {"additionalProperties": False}
        extra["requestBody"] = {"content": {media_type: content}}
    return {
        "response": {reply.status: reply.shape, **{refusal.status: ErrorOut for refusal in refusals}},
        "openapi_extra": extra,
    }


def refusal_examples(refusals: Iterable[Refusal]) -> dict[int, dict[str, Any]]:
    """For each status an example for each code."""
    found: dict[int, dict[str, Any]] = {}
    for refusal in refusals:
        answer = found.setdefault(refusal.status, {"content": {JSON: {"examples": {}}}})
        answer["content"][JSON]["examples"][refusal.code] = refusal.example
        if refusal.may_pass:
            answer["headers"] = RETRY_AFTER
    return found
