"""What people think of an answer is kept, and goes on to the vendor that gave it."""

from dataclasses import dataclass, field

import pytest

from providers_app.contract import AnswerEnded, ErrorReason, ProviderError, TextDelta
from providers_app.tests.scripted import ScriptedProvider, definition
from sessions_app.models import Answer
from sessions_app.tests.sockets import SPEECH, connected

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class RatedProvider(ScriptedProvider):
    """A vendor that wants to know; `fault` is what it makes of that."""

    ratings: list[tuple[str, ...]] = field(default_factory=list)

    async def rate(self, message_id, user, rating, comment):
        self.ratings.append((message_id, user, rating, comment))
        if self.fault:
            raise self.fault


@pytest.fixture
def rated(providers):
    provider = RatedProvider([TextDelta("Because."), AnswerEnded(memory="c1", message_id="m1")])
    providers.have([definition("vendor")], provider)
    return provider


async def rate_an_answer(**fields):
    async with connected() as client:
        await client.say(SPEECH)
        question = (await client.until_idle())[-1]["question_id"]
        await client.send(type="feedback", question_id=question, **fields)
        return client, await client.frame()


@pytest.mark.parametrize("fault", [None, ProviderError(ErrorReason.UNREACHABLE, may_pass=True)])
async def test_feedback_is_stored_acknowledged_and_passed_on(rated, fault):
    rated.fault = fault
    client, frame = await rate_an_answer(rating="dislike", comment=" wrong ")
    assert frame == {"type": "ack", "session_id": client.session_id, "received_type": "feedback"}
    answer = await Answer.objects.aget()
    assert (answer.rating, answer.comment, answer.memory, answer.message_id) == ("dislike", "wrong", "c1", "m1")
    assert rated.ratings == [("m1", client.session_id, "dislike", "wrong")]


async def test_feedback_about_no_answer_of_the_session_is_refused(rated):
    async with connected() as client:
        await client.send(type="feedback", question_id="elsewhere", rating="like")
        frame = await client.frame()
    assert (frame["code"], frame["details"]) == ("INVALID_MESSAGE", {"field": "question_id"})
    assert rated.ratings == []


@pytest.mark.parametrize("fields", [{"rating": "superb"}, {}, {"rating": "like", "comment": "x" * 1001}])
async def test_feedback_that_is_malformed_is_refused(rated, fields):
    _, frame = await rate_an_answer(**fields)
    assert frame["code"] == "INVALID_MESSAGE"
