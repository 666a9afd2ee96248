"""Kinds of fields of what clients send about batches."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import msgspec
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetPydanticSchema,
    PlainValidator,
    ValidationInfo,
    model_validator,
)
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticKnownError, core_schema

from batch_app.refusals import unknown_task

if TYPE_CHECKING:
    from django.http import HttpRequest


def _moment(value: Any) -> datetime:
    try:
        moment = msgspec.convert(value, datetime)  # RFC 3339, with a zone or without
        if moment.tzinfo is None:
            raise PydanticKnownError("timezone_aware")
        return moment.astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        raise PydanticKnownError("datetime_type") from None


def _whole(value: Any) -> Any:
    """5.0 is a whole number too, as JSON Schema has it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _task_id(value: str) -> UUID:
    """What is no id at all is as unknown as one that nobody has been given."""
    try:
        return UUID(value)
    except ValueError:
        raise unknown_task() from None


def one_of(values: Iterable[str]) -> GetPydanticSchema:
    """What makes a string take one of the values, or be empty."""
    choices = ["", *map(str, values)]
    return GetPydanticSchema(lambda _type, _handler: core_schema.literal_schema(choices))


Moment = Annotated[datetime, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
WHOLE = BeforeValidator(_whole)
"""To stand last, so that bounds before it are known to the schema."""
TaskId = Annotated[UUID, BeforeValidator(_task_id)]


class Closed(BaseModel):
    """What stands in a query or a form, where ninja itself drops what it does not know."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _with_unknown(cls, fields: Mapping[str, Any], info: ValidationInfo[dict[str, Any]]) -> dict[str, Any]:
        request: HttpRequest = info.context["request"]
        sent = request.GET if request.method == "GET" else request.POST
        return {**{name: sent[name] for name in sent if name not in cls.model_fields}, **fields}
