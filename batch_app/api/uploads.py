"""Lists of questions in files: a look at what is in one, and a batch of it."""

from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, UploadedFile
from ninja.responses import Status

from batch_app import reading
from batch_app.api import examples
from batch_app.api.inputs import FileFields, UploadFields
from batch_app.api.outputs import PreviewOut
from batch_app.api.router import router
from batch_app.api.submitting import TAKEN, IdempotencyKey, origin_of, submitted
from batch_app.submission import Submission
from providers_app.api_shapes import Reply, documented

MULTIPART = "multipart/form-data"
ListFile = Annotated[UploadedFile, File(description="TXT with a question on each line, CSV, or JSON Lines.")]


@router.post(
    "/preview",
    summary="Look into a file",
    **documented(
        Reply(HTTPStatus.OK, PreviewOut, examples.PREVIEW),
        examples.WRONG_FILE,
        examples.TOO_LARGE,
        body=examples.MULTIPART_FILE,
        media_type=MULTIPART,
    ),
)
def preview_file(request: HttpRequest, file: ListFile, fields: Form[FileFields]) -> dict[str, Any]:
    """How many questions it holds, the first of them, and every line that cannot be taken. Nothing is stored."""
    return reading.preview(_read(file, fields))


@router.post(
    "/uploads",
    summary="Submit a file",
    **documented(
        TAKEN, *examples.SUBMITTING, examples.TOO_LARGE, body=examples.UPLOAD, media_type=MULTIPART, is_closed=True
    ),
)
def upload_batch(
    request: HttpRequest,
    response: HttpResponse,
    file: ListFile,
    fields: Form[UploadFields],
    idempotency_key: IdempotencyKey = None,
) -> Status[dict[str, Any]]:
    """Like a submission with `texts`; the options are fields of the form."""
    return submitted(
        Submission(
            name=fields.name,
            entries=_read(file, fields).entries,
            description=fields.description or "",
            options=fields.options(),
            skip_invalid=fields.skip_invalid,
            origin=origin_of(request),
            idempotency_key=idempotency_key or "",
        ),
        response,
    )


def _read(file: UploadedFile, fields: FileFields) -> reading.Reading:
    return reading.read_file(file, file.name or "", kind=fields.kind, column=fields.column, id_column=fields.id_column)
