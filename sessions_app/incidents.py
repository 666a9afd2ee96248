"""Unforeseen errors: the log gets a name and a place, never the text, which may hold speech or secrets."""

import logging
import traceback
import uuid

logger = logging.getLogger(__name__)


def report(error: BaseException, doing: str) -> str:
    """Log that `doing` failed and return the id under which the log names it."""
    error_id = uuid.uuid4().hex[:12]
    places = traceback.extract_tb(error.__traceback__)[-4:]
    path = " < ".join(f"{place.filename.rsplit('/', 2)[-1]}:{place.lineno} {place.name}" for place in reversed(places))
    logger.error("error_id=%s while %s: %s at %s", error_id, doing, type(error).__qualname__, path or "?")
    return error_id
