"""What clients send about batches. Texts are looked at elsewhere, where every one that is wrong is reported."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SkipValidation,
    model_validator,
)

from batch_app.api.fields import WHOLE, Closed, Moment, one_of
from batch_app.destinations import MAX_LENGTH
from batch_app.entries import MAX_CUSTOM_ID, MAX_ENTRIES
from batch_app.reading import Kind
from batch_app.submission import PRIORITIES, Options
from providers_app.api_shapes import NOT_BLANK, Name, Text

KEY = r"^[!-~]([ -~]{0,253}[!-~])?$"
MAX_COLUMN = 1_000


Question = Annotated[
    str, Field(json_schema_extra={"minLength": 1, "maxLength": settings.MAX_CHUNK_CHARS, "pattern": NOT_BLANK})
]


class TextIn(BaseModel):
    """A question with an id of its submitter's, which comes back with its answer."""

    model_config = ConfigDict(extra="forbid")

    text: Question
    custom_id: Annotated[
        Annotated[str, Field(max_length=MAX_CUSTOM_ID)] | None,
        Field(description="Printable characters; no two questions of a batch have the same."),
    ] = None


class OptionFields(BaseModel):
    """How a batch is to be run."""

    provider: Annotated[
        Name | None,
        Field(description="Who shall answer, of those that clients may choose; otherwise whoever is active."),
    ] = None
    search: Annotated[
        bool | None, Field(description="Whether the web is searched; otherwise the question decides.")
    ] = None
    concurrency: Annotated[
        Annotated[int, Field(ge=1, le=settings.BATCH_MAX_CONCURRENT), WHOLE] | None,
        Field(description="How many questions are asked at a time."),
    ] = None
    priority: Annotated[
        int, Field(ge=PRIORITIES[0], le=PRIORITIES[-1], description="Batches with a higher one go first."), WHOLE
    ] = 0
    start_at: Annotated[Moment | None, Field(description="It starts no earlier.")] = None
    after: Annotated[
        Annotated[UUID, Field(strict=False)] | None,
        Field(description="The batch that must have ended before this one starts, however it ends."),
    ] = None
    webhook_url: Annotated[
        Annotated[str, Field(json_schema_extra={"format": "uri", "pattern": "^https?://", "maxLength": MAX_LENGTH})]
        | None,
        Field(description="Called when the batch has ended, as the Standard Webhooks specification says."),
    ] = None

    def options(self) -> Options:
        return Options(
            provider=self.provider or "",
            search=self.search,
            concurrency=self.concurrency,
            priority=self.priority,
            start_at=self.start_at,
            after=self.after,
            webhook_url=self.webhook_url or "",
        )


class OptionsIn(OptionFields):
    """How a batch is to be run."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Naming(BaseModel):
    """What a batch is called, and what is done about its wrong lines."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=NOT_BLANK)]
    description: Annotated[Text, Field(max_length=500)] | None = None
    skip_invalid: Annotated[
        bool, Field(description="Leave out what cannot be taken, instead of refusing the whole batch.")
    ] = False


class TaskIn(Naming):
    """A batch of questions."""

    model_config = ConfigDict(strict=True, extra="forbid")

    texts: Annotated[
        list[SkipValidation[Question | TextIn]],
        Field(
            description="The questions, in their order.",
            json_schema_extra={"minItems": 1, "maxItems": MAX_ENTRIES},
        ),
    ]
    options: OptionsIn | None = None


class FileFields(BaseModel):
    """Where the questions are in a file."""

    kind: Annotated[
        str,
        one_of(Kind),
        Field(description="What the file is; otherwise its name tells.", json_schema_extra={"example": Kind.CSV}),
    ] = ""
    column: Annotated[
        str, Field(max_length=MAX_COLUMN, description="Where the questions are: a column's name, or its number from 1.")
    ] = ""
    id_column: Annotated[str, Field(max_length=MAX_COLUMN, description="Where their ids are, in the same manner.")] = ""


def _without_null(schema: dict[str, Any]) -> None:
    """Forms have no null: a field is left out, or empty."""
    for name, field in schema["properties"].items():
        match field:
            case {"anyOf": [kind, {"type": "null"}], **rest}:
                schema["properties"][name] = {**kind, **rest}


class UploadFields(Closed, FileFields, OptionFields, Naming):
    """A batch of the questions in a file. Fields that are empty count as left out."""

    model_config = ConfigDict(json_schema_extra=_without_null)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, fields: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if value != ""}
