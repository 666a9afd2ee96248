import pytest

from providers_app.adapters.serper import SerperOptions
from providers_app.contract import AnswerRequest, Dialogue
from providers_app.definition import Snapshot
from providers_app.gateway.routing import candidates
from providers_app.options import ModelOptions
from providers_app.tests.scripted import definition

KNOWLEDGE = definition("knowledge", "knowledge")
MODEL = definition("model", "openai", options=ModelOptions())
SECOND_MODEL = definition("second", "ollama", options=ModelOptions())
WEB = definition("web", "serper", options=SerperOptions())
SECOND_WEB = definition("web2", "serper", options=SerperOptions())
FEEDING_WEB = definition("web", "serper", options=SerperOptions(use="model"))

STABLE, FRESH = AnswerRequest("what is RAG"), AnswerRequest("what is the latest news")
SEARCHED, UNSEARCHED = AnswerRequest("what is RAG", search=True), AnswerRequest("what is the latest news", search=False)


@pytest.mark.parametrize(
    ("configured", "request_", "asked"),
    [
        ((), FRESH, ()),
        ((KNOWLEDGE, MODEL), FRESH, (KNOWLEDGE, MODEL)),
        ((KNOWLEDGE, WEB, MODEL), STABLE, (KNOWLEDGE, MODEL)),
        ((WEB, KNOWLEDGE), STABLE, (WEB, KNOWLEDGE)),
        ((WEB, SECOND_WEB), STABLE, (WEB,)),
        ((KNOWLEDGE, MODEL, WEB, SECOND_WEB), FRESH, (WEB, KNOWLEDGE, MODEL)),
        ((WEB, KNOWLEDGE), FRESH, (WEB, KNOWLEDGE)),
        ((KNOWLEDGE, MODEL, SECOND_MODEL, FEEDING_WEB), FRESH, (MODEL, KNOWLEDGE, SECOND_MODEL)),
        ((KNOWLEDGE, MODEL, FEEDING_WEB), STABLE, (KNOWLEDGE, MODEL)),
        ((KNOWLEDGE, FEEDING_WEB), FRESH, (FEEDING_WEB, KNOWLEDGE)),
        ((KNOWLEDGE, MODEL, WEB), SEARCHED, (WEB, KNOWLEDGE, MODEL)),
        ((KNOWLEDGE, MODEL, FEEDING_WEB), SEARCHED, (MODEL, KNOWLEDGE)),
        ((KNOWLEDGE, MODEL), SEARCHED, (KNOWLEDGE, MODEL)),
        ((KNOWLEDGE, MODEL, WEB), UNSEARCHED, (KNOWLEDGE, MODEL)),
        ((KNOWLEDGE, MODEL, FEEDING_WEB), UNSEARCHED, (KNOWLEDGE, MODEL)),
        ((WEB, KNOWLEDGE), UNSEARCHED, (WEB, KNOWLEDGE)),
    ],
)
def test_question_is_asked_in_the_order_that_fits_it(configured, request_, asked):
    assert candidates(Snapshot(1, configured), request_, Dialogue()) == asked


@pytest.mark.parametrize(("name", "asked"), [("model", (MODEL,)), ("web", (WEB,)), ("nobody", ())])
def test_pinned_dialogue_asks_nobody_else(name, asked):
    for request in (FRESH, SEARCHED, UNSEARCHED):
        assert candidates(Snapshot(1, (KNOWLEDGE, MODEL, WEB)), request, Dialogue(provider=name)) == asked
