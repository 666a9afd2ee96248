"""What clients are told about batches; `results` and `status` make it."""

from datetime import datetime
from typing import Annotated, NotRequired
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from batch_app.models import BatchItem, BatchTask
from providers_app.api_shapes import SourceOut

TaskStatus = Annotated[str, Field(json_schema_extra={"enum": [*BatchTask.Status.values]})]
ItemStatus = Annotated[str, Field(json_schema_extra={"enum": [*BatchItem.Status.values]})]


class SubmittedOut(BaseModel):
    """A batch that was taken."""

    task_id: UUID
    status: Annotated[TaskStatus, Field(description="That of every batch when it is submitted.")]
    created_at: datetime
    total_items: Annotated[int, Field(description="How many questions it has.")]
    skipped: Annotated[int, Field(description="How many were left out with `skip_invalid`.")]


class ProgressOut(BaseModel):
    """How many questions are in which state; the states make the total at every read."""

    total: int
    pending: int
    running: int
    completed: int
    failed: int
    cancelled: int
    percent: Annotated[float, Field(description="The part that has ended, from 0 to 100.")]


class OptionsOut(BaseModel):
    """How a batch is run."""

    provider: Annotated[str, Field(description="Empty for whoever is active.")]
    search: bool | None
    concurrency: int
    priority: int
    start_at: datetime | None
    after: UUID | None
    webhook_url: str


class TransitionOut(BaseModel):
    """A change of a batch's state."""

    status: TaskStatus
    at: datetime


class WebhookOut(BaseModel):
    """What became of the webhook."""

    outcome: Annotated[str, Field(description="Empty until it was called.")]
    attempts: int


class TaskOut(BaseModel):
    """A batch."""

    task_id: UUID
    name: str
    description: str
    status: TaskStatus
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    estimated_completion: Annotated[
        datetime | None, Field(description="When it will have ended if it goes on like this, where that can be told.")
    ]
    total_items: int
    skipped: Annotated[int, Field(description="How many were left out with `skip_invalid`.")]
    progress: ProgressOut
    options: OptionsOut
    history: Annotated[list[TransitionOut], Field(description="Every state it has had, oldest first.")]
    webhook: WebhookOut


class TasksOut(BaseModel):
    """A page of batches, newest first."""

    tasks: list[TaskOut]
    total: Annotated[int, Field(description="How many there are on all pages.")]
    page: int
    size: int


class LatencyOut(TypedDict):
    """Milliseconds from the question on."""

    first_token: float | None
    total: float | None


class MetadataOut(TypedDict, total=False):
    """How an answer was made; empty where there is none yet."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc] # that is where pydantic looks for it

    provider: str
    model: str
    cached: bool
    finish_reason: str
    latency_ms: LatencyOut
    suggested_questions: list[str]
    notes: list[str]


class FailureOut(TypedDict):
    """Why a question has no answer."""

    code: Annotated[str, Field(description="`RAG_ERROR`, or `SERVER_ERROR` where the service itself failed.")]
    message: str
    reason: str
    error_id: NotRequired[Annotated[str, Field(description="Names the cause of a `SERVER_ERROR` in the log.")]]


class ResultOut(BaseModel):
    """A question of a batch, and its answer."""

    index: Annotated[int, Field(description="Its place in the batch, from 0.")]
    custom_id: str
    text: str
    status: ItemStatus
    result: Annotated[str | None, Field(description="The answer.")]
    content: Annotated[str, Field(description="The same, and empty where there is none.")]
    metadata: MetadataOut
    sources: list[SourceOut]
    usage: dict[str, int]
    error: FailureOut | None
    attempts: Annotated[int, Field(description="How often it was asked, not counting while nobody could answer.")]
    started_at: datetime | None
    ended_at: datetime | None


class ResultsOut(BaseModel):
    """A page of results, in the order of the questions."""

    results: list[ResultOut]
    total: Annotated[int, Field(description="How many there are on all pages.")]
    page: int
    size: int
    summary: ProgressOut


class BadLineOut(BaseModel):
    """A line that cannot be taken."""

    line: Annotated[int, Field(description="From 1.")]
    problem: str


class RowOut(BaseModel):
    """A question as it would be asked."""

    text: str
    custom_id: str


class PreviewOut(BaseModel):
    """What a file holds."""

    kind: str
    columns: Annotated[list[str], Field(description="Those to choose from; empty where the file has none.")]
    column: Annotated[str, Field(description="The one that the questions are in.")]
    id_column: Annotated[str, Field(description="The one that their ids are in; empty where there is none.")]
    first_row: Annotated[
        list[str],
        Field(
            description="That of a table. One that names no column in `columns` is read as a question, until asked for."
        ),
    ]
    count: Annotated[int, Field(description="How many questions there are.")]
    rows: Annotated[list[RowOut], Field(description="The first of them.")]
    bad: Annotated[list[BadLineOut], Field(description="Every line that cannot be taken.")]
