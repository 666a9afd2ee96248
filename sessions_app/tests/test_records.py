"""What becomes a row, and how."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from sessions_app.domain.events import AnswerEnded, AnswerSummary, AskedQuestion, Outcome, QuestionAsked, Trigger
from sessions_app.models import Answer, Question
from sessions_app.records import Entry, write
from sessions_app.tests import rows

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", [each for each in Outcome if each not in {Outcome.DROPPED, Outcome.IGNORED}])
def test_answer_is_stored_however_it_ended(outcome: Outcome) -> None:
    session = rows.session("what is rag")
    asked = AskedQuestion(str(uuid4()), "what is rag", "en", Trigger.DETECTED, 0.9, "rule")
    ended = AnswerEnded(asked, outcome, "It looks", (), AnswerSummary("knowledge"))
    write([Entry(session.pk, record, NOW) for record in (QuestionAsked(asked), ended)])
    assert Question.objects.get().outcome == outcome
    assert Answer.objects.get().content == "It looks"
