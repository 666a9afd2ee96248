"""Brings what people think of an answer to the vendor that gave it."""

import logging
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import DatabaseError

from providers_app import gateway
from providers_app.contract import ProviderError
from sessions_app.domain.events import FeedbackGiven
from sessions_app.models import Answer

logger = logging.getLogger(__name__)


async def pass_on(session: UUID, given: FeedbackGiven) -> None:
    """Tell the vendor, if it wants to know. What cannot be told stays on record here."""
    try:
        answer = await _latest_answer(session, given.question_id)
        if answer is not None and answer.message_id:
            await gateway.rate(answer.provider, answer.message_id, str(session), given.rating, given.comment)
    except (ProviderError, DatabaseError):
        logger.exception("Feedback could not be passed on")


@database_sync_to_async  # type: ignore[untyped-decorator] # channels has no types
def _latest_answer(session: UUID, question: str) -> Answer | None:
    answers = Answer.objects.filter(question_id=question, question__session=session)
    return answers.order_by("-ended_at").first()
