"""Who answers a session: the active provider, or the one that it is pinned to, and what of it is remembered."""

import pytest
from django.conf import settings

from providers_app.contract import AnswerEnded, TextDelta, Turn
from providers_app.directory import directory
from providers_app.tests.scripted import ScriptedProvider, definition
from sessions_app.models import RealtimeSession
from sessions_app.presence import pin_session
from sessions_app.tests.sockets import SPEECH, connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def two(providers):
    first, second = ScriptedProvider(), ScriptedProvider([TextDelta("No."), AnswerEnded(memory="c2")])
    providers.have([definition("first"), definition("second", is_choosable=True)], first, second)
    return first, second


def path(provider: str) -> str:
    return f"{settings.WS_PATH}?provider={provider}"


async def answered_by(client) -> str:
    await client.say(SPEECH)
    return str((await client.until_idle())[-2]["provider"])


async def test_client_chooses_a_provider_that_it_may_choose():
    async with connected(path=path("second")) as client:
        assert await answered_by(client) == "second"
    assert (await RealtimeSession.objects.aget()).provider == "second"


@pytest.mark.parametrize("name", ["first", "nobody", "%00"])
async def test_client_that_may_not_choose_is_told_and_served(name):
    async with connected(path=path(name)) as client:
        frame = await client.frame()
        assert (frame["code"], frame["details"]) == ("INVALID_MESSAGE", {"field": "provider"})
        assert await answered_by(client) == "first"


async def test_client_is_told_when_nothing_is_known_of_the_provider_it_chooses(providers, monkeypatch, api_client):
    providers.have([])
    monkeypatch.setattr(type(directory), "is_known", False)
    async with connected(path=path("second")) as client:
        frame = await client.frame()
        assert (frame["code"], frame["details"]) == ("SERVICE_UNAVAILABLE", {"field": "provider"})
    refused = await api_client.post("/api/ask", json={"question": SPEECH, "provider": "second"})
    assert (refused.status_code, refused.json()["details"]) == (503, {"field": "provider"})


async def test_operator_pins_a_session_that_goes_on():
    async with connected() as client:
        assert await answered_by(client) == "first"
        session = await RealtimeSession.objects.aget()
        await pin_session(session.pk, "second")
        await client.control("pause")  # by its answer the word has come
        await client.control("resume")
        await client.until_stage("listening")
        assert await answered_by(client) == "second"


async def test_switch_of_the_active_provider_holds_from_the_next_question_on(providers, two):
    async with connected() as client:
        assert await answered_by(client) == "first"
        providers.have([definition("second"), definition("first")], *reversed(two))
        assert await answered_by(client) == "second"


async def test_session_that_is_taken_up_again_remembers_its_turns(two):
    async with connected(path=path("second")) as client:
        await client.send(type="keepalive", session_id="mine")
        await client.frame()
        await client.say(SPEECH)
        await client.until_idle()
        await client.send(type="keepalive", session_id="other")
        await client.frame()
        await client.say(SPEECH, session_id="mine")
        await client.until_idle()
    request = two[1].requests[-1]
    assert request.history == (Turn(SPEECH, "No."),)
    assert request.memory == "c2"
