"""What clients ask lists for."""

from typing import Annotated

from pydantic import Field

from batch_app.api.fields import Closed, one_of
from batch_app.downloads import FORMATS
from batch_app.models import BatchItem, BatchTask

ItemStatus = Annotated[
    str,
    one_of(BatchItem.Status.values),
    Field(description="Only questions in this state.", json_schema_extra={"example": "completed"}),
]


class Paging(Closed):
    """Which part of a list is wanted."""

    page: Annotated[
        int,
        Field(
            ge=1,
            le=1_000_000,
            description="Counts from 1; past the last one the list is empty.",
            json_schema_extra={"example": 1},
        ),
    ] = 1
    size: Annotated[
        int, Field(ge=1, le=1_000, description="How many there are on a page.", json_schema_extra={"example": 50})
    ] = 100

    @property
    def range(self) -> slice:
        return slice((self.page - 1) * self.size, self.page * self.size)


class TaskPaging(Paging):
    status: Annotated[
        str,
        one_of(BatchTask.Status.values),
        Field(description="Only batches in this state.", json_schema_extra={"example": "running"}),
    ] = ""


class ItemPaging(Paging):
    status: ItemStatus = ""


class DownloadIn(Closed):
    format: Annotated[
        str,
        one_of(FORMATS),
        Field(description="What the file is to be; otherwise `jsonl`.", json_schema_extra={"example": "csv"}),
    ] = ""
    status: ItemStatus = ""
