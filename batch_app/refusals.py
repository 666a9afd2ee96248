"""How batches say no: with a code of the wire, a status of HTTP, and what the client may know."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any


class Code(StrEnum):
    """What `error` may be in answers about batches."""

    INVALID_MESSAGE = "INVALID_MESSAGE"
    MESSAGE_TOO_LARGE = "MESSAGE_TOO_LARGE"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    TASK_NOT_FOUND = "BATCH_TASK_NOT_FOUND"
    TASK_FAILED = "BATCH_TASK_FAILED"
    QUEUE_FULL = "BATCH_QUEUE_FULL"


STATUSES = {
    Code.INVALID_MESSAGE: HTTPStatus.BAD_REQUEST,
    Code.MESSAGE_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.SERVICE_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.TASK_NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.TASK_FAILED: HTTPStatus.CONFLICT,
    Code.QUEUE_FULL: HTTPStatus.SERVICE_UNAVAILABLE,
}


class RefusedError(Exception):
    """Something about batches that cannot be done; `message` and `details` are fit for whoever asked for it."""

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        status: HTTPStatus | None = None,
        retry_after_s: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or STATUSES[code]
        self.retry_after_s = retry_after_s
        self.details = dict(details or {})


def invalid(message: str, **details: Any) -> RefusedError:
    """What was sent is wrong."""
    return RefusedError(Code.INVALID_MESSAGE, message, details=details)


def wrong_size(size: str, limit: int) -> RefusedError:
    """It has too few questions, or too many; `size` says how many."""
    return invalid(f"A batch has 1 to {limit} questions, this one {size}.", field="texts", limit=limit)


def unknown_task() -> RefusedError:
    return RefusedError(Code.TASK_NOT_FOUND, "No batch has this id.")
