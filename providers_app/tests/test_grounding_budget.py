import pytest

from providers_app.contract import AnswerRequest, ProviderError, Turn
from providers_app.grounding.budget import Composed, budget_of, compose, tokens_of
from providers_app.grounding.prompts import passage_text
from providers_app.options import ModelOptions
from providers_app.tests.grounding import BEST, PROMPTS, SECOND

OLD, NEW = Turn("what is AI", "A wide field."), Turn("what is RAG", "A way to answer.")
REQUEST = AnswerRequest("why", ("first", "second"), history=(OLD, NEW))
ALL = compose(REQUEST, (BEST, SECOND), PROMPTS, 10_000)


def kept(budget: int) -> tuple[list[str], list[str], list[int]]:
    """The questions of the turns, what was said before, and the sources that a budget has room for."""
    composed = compose(REQUEST, (BEST, SECOND), PROMPTS, budget)
    assert composed.tokens <= budget
    request = composed.request
    questions = [turn.question for turn in request.history]
    return questions, list(request.context), [source.position for source in composed.sources]


def test_everything_is_sent_where_there_is_room():
    assert ALL.request.instructions == "grounded en"
    assert ALL.request.prompt == "\n".join(
        [passage_text(BEST), passage_text(SECOND), "<said>first</said>", "<said>second</said>", "why"]
    )
    assert kept(ALL.tokens) == ([OLD.question, NEW.question], ["first", "second"], [1, 2])


def test_old_turns_are_left_out_first_then_what_was_said_then_the_worst_passages():
    seen = []
    for budget in range(ALL.tokens, compose(AnswerRequest("why"), (BEST, SECOND), PROMPTS, 10_000).tokens - 1, -1):
        if (parts := kept(budget)) not in seen:
            seen.append(parts)
    assert seen == [
        ([OLD.question, NEW.question], ["first", "second"], [1, 2]),
        ([NEW.question], ["first", "second"], [1, 2]),
        ([], ["first", "second"], [1, 2]),
        ([], ["second"], [1, 2]),
        ([], [], [1, 2]),
    ]


def test_room_of_a_passage_that_is_left_out_goes_to_what_was_said():
    one, both = (compose(AnswerRequest("why"), found, PROMPTS, 10_000).tokens for found in [(BEST,), (BEST, SECOND)])
    assert kept(one) == ([], [], [1])
    assert kept(both - 1) == ([], ["first", "second"], [1])


@pytest.mark.parametrize("sources", [(), (BEST,)])
def test_question_that_does_not_fit_is_not_cut(sources):
    question = "why " * 400
    with pytest.raises(ProviderError) as failure:
        compose(AnswerRequest(question), sources, PROMPTS, 200)
    assert (failure.value.reason, failure.value.may_pass) == ("too_long", False)
    assert "why" not in failure.value.detail


def test_question_without_passages_gets_the_plain_prompt_of_its_language():
    composed = compose(AnswerRequest("为什么", language="zh"), (), PROMPTS, 1_000)
    assert composed == Composed(composed.request, (), composed.tokens)
    assert (composed.request.instructions, composed.request.prompt) == ("plain zh", "为什么")


def test_tokens_are_reckoned_high_in_every_script():
    assert [tokens_of(text) for text in ("", "passages", "知识库", "мир", "\ud800")] == [0, 3, 3, 2, 1]


@pytest.mark.parametrize(
    ("longest_answer", "window", "budget"),
    [(None, 8_192, 7_168), (200, 8_192, 7_992), (None, 512, 256), (900, 512, 256)],
)
def test_window_is_shared_with_the_answer(longest_answer, window, budget):
    assert budget_of(ModelOptions(max_answer_tokens=longest_answer, context_tokens=window)) == budget
