"""The documentation of the HTTP API: the OpenAPI document, made from the views themselves, and a page that shows it."""

from copy import deepcopy
from functools import cached_property
from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI, Swagger
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from providers_app.api_shapes import JSON, Refusal, refusal_examples
from rtrag_site import __version__
from rtrag_site.refusals import RequestCode
from sessions_app.domain.protocol import ErrorCode

DESCRIPTION = """
Answers questions from a knowledge base, one at a time or thousands in a batch.

Every error has the shape `{"error": CODE, "message": …, "details": {…}}`. Times are ISO 8601 with their zone.
The socket for live speech is described on [a page of its own](/docs/protocol).
"""
TAGS = [
    {"name": "questions", "description": "One question, answered at once."},
    {
        "name": "batches",
        "description": "Lists of questions, answered in the background. Unknown fields and parameters are refused.",
    },
]
ANYWHERE = (
    Refusal(HTTPStatus.BAD_REQUEST, RequestCode.BAD_REQUEST, "The request cannot be taken as it is."),
    Refusal(HTTPStatus.FORBIDDEN, RequestCode.ORIGIN_FORBIDDEN, "Pages of other sites may not call this service."),
    Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ErrorCode.MESSAGE_TOO_LARGE,
        "The request has more than 1048576 bytes.",
        {"limit": 1_048_576},
    ),
    Refusal(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        ErrorCode.SERVER_ERROR,
        "Something unforeseen.",
        {"error_id": "5b9d3f0a"},
    ),
)
"""How any request may be refused."""
WITH_BODY = (Refusal(HTTPStatus.BAD_REQUEST, ErrorCode.INVALID_JSON, "The body is not a JSON object in UTF-8."),)


class DocumentedApi(NinjaAPI):
    """A ninja API whose document also has what holds for every path."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            title="Realtime RAG",
            version=__version__,
            description=DESCRIPTION,
            urls_namespace="api",
            docs=Swagger({"displayRequestDuration": True, "tryItOutEnabled": True, "validatorUrl": None}),
            docs_url="/docs",
            openapi_url="/api/openapi.json",
            openapi_extra={"tags": TAGS},
            **settings,
        )

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **_where: Any) -> OpenAPISchema:
        return self._document

    @cached_property
    def _document(self) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix="")
        document["paths"] = deepcopy(document["paths"])  # its parts are those of the operations
        for operations in document["paths"].values():
            for operation in operations.values():
                _add_refusals(operation)
        return document


def _add_refusals(operation: dict[str, Any]) -> None:
    has_json = JSON in operation.get("requestBody", {}).get("content", {})
    for status, answer in refusal_examples([*ANYWHERE, *(WITH_BODY if has_json else ())]).items():
        known = operation["responses"].setdefault(status, {"description": HTTPStatus(status).phrase, "content": {}})
        content = known["content"].setdefault(JSON, {"schema": {"$ref": "#/components/schemas/ErrorOut"}})
        content.setdefault("examples", {}).update(answer["content"][JSON]["examples"])
