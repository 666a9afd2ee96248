import pytest

from knowledge_app.answering import answer_question
from knowledge_app.tests.indexes import add_document, passage

pytestmark = pytest.mark.usefixtures("data_dir")

RAG = passage(
    "RAG first retrieves passages and then writes the answer. With RAG, sources are named. "
    "Because the passages are real, RAG invents little. A fourth sentence is never shown.",
    "What is RAG (retrieval-augmented generation)?",
)
RAG_WORKS = passage("RAG works in two steps. RAG is fast.", "How does RAG work?", position=1)
DEEP = passage("Deep learning uses neural networks with many layers.", "What is deep learning?", position=2)
MACHINE = passage("Machine learning finds patterns in examples.", "What is machine learning?", position=3)
CHINESE_RAG = passage("RAG 先检索段落，再写出回答。它会注明来源。", "什么是 RAG（检索增强生成）？")
CHINESE_DEEP = passage("深度学习使用多层神经网络。", "什么是深度学习？", position=1)


@pytest.fixture
def basics(data_dir):
    add_document("Basics", RAG, RAG_WORKS, DEEP, MACHINE)
    add_document("基础知识", CHINESE_RAG, CHINESE_DEEP)


def texts(question: str, *context: str) -> list[str]:
    return [sentence.text for sentence in answer_question(question, context).sentences]


@pytest.mark.usefixtures("basics")
def test_answer_is_at_most_three_sentences_in_reading_order():
    answer = answer_question("what is rag")
    assert [sentence.text for sentence in answer.sentences] == [
        "RAG first retrieves passages and then writes the answer.",
        "With RAG, sources are named.",
        "Because the passages are real, RAG invents little.",
    ]
    assert (answer.is_known, answer.coverage) == (True, 1.0)


@pytest.mark.usefixtures("basics")
@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("what is rag", RAG.heading),
        ("what is retrieval augmented generation", RAG.heading),
        ("how does rag work", RAG_WORKS.heading),
        ("what is deep learning", DEEP.heading),
        ("什么是rag", CHINESE_RAG.heading),
        ("深度学习是什么", CHINESE_DEEP.heading),
        ("深度學習是什麼", CHINESE_DEEP.heading),
    ],
)
def test_answer_comes_first_from_the_passage_whose_heading_asks_the_same(question, heading):
    assert answer_question(question).sources[0].heading == heading


@pytest.mark.usefixtures("basics")
def test_answer_in_the_other_language_is_better_than_none():
    add_document("Weather", passage("A barometer measures the pressure of the air."))
    assert texts("barometer 是什么") == ["A barometer measures the pressure of the air."]


def test_answer_cites_each_passage_once_in_order_of_first_citation():
    long_one = passage("The shop opens at nine. The shop opens for everybody who comes by and has something to buy.")
    add_document("Shop", passage("Late the shop opens."), long_one)
    add_document("Weather", passage("It rains."))
    answer = answer_question("when does the shop open")
    assert [(sentence.text, sentence.source) for sentence in answer.sentences] == [
        ("Late the shop opens.", 1),
        ("The shop opens at nine.", 2),
        ("The shop opens for everybody who comes by and has something to buy.", 2),
    ]
    assert [hit.text for hit in answer.sources] == ["Late the shop opens.", long_one.text]


def test_answer_says_the_same_sentence_once():
    for title in ("Shop", "Copy of shop"):
        add_document(title, passage("The shop opens at nine."))
    answer = answer_question("when does the shop open")
    assert len(answer.sentences) == len(answer.sources) == 1


@pytest.mark.usefixtures("basics")
@pytest.mark.parametrize(
    "question",
    ["what is the weather in paris", "今天股票怎么样", "who won the cup", "what is it", "", "为什么", "？"],
)
def test_answer_that_the_documents_do_not_hold_is_not_known(question):
    answer = answer_question(question)
    assert (answer.is_known, answer.sentences, answer.sources) == (False, (), ())


@pytest.mark.usefixtures("basics")
def test_answer_is_known_from_the_coverage_that_the_setting_asks(settings):
    question = "deep learning in hospitals"
    coverage = answer_question(question).coverage
    assert 0 < coverage < 1
    settings.KNOWLEDGE_MIN_COVERAGE = coverage
    assert answer_question(question).is_known
    settings.KNOWLEDGE_MIN_COVERAGE = coverage + 0.01
    assert not answer_question(question).is_known


@pytest.mark.usefixtures("basics")
def test_follow_up_is_answered_from_what_was_said_before():
    assert texts("what is it") == []
    assert texts("what is it", "now let us talk about deep learning") == [DEEP.text]
    assert texts("它是什么", "下面讲讲深度学习") == [CHINESE_DEEP.text]


def test_answer_of_which_no_word_is_held_is_not_known_whatever_the_setting(settings):
    settings.KNOWLEDGE_MIN_COVERAGE = 0.0
    add_document("Weather", passage("It rains."))
    assert not answer_question("what is rag").is_known


def test_answer_without_an_index_is_not_known():
    assert not answer_question("what is rag").is_known


@pytest.mark.usefixtures("basics")
@pytest.mark.parametrize("question", ["what is this", "so what's this?", "who are you"])
def test_answer_of_a_question_of_stop_words_comes_from_the_heading_that_asks_it(question):
    add_document("About", passage("A demonstration.", "What is this, who are you?"), passage("This is it.", "Is it?"))
    answer = answer_question(question, ("deep learning is old",))
    assert [sentence.text for sentence in answer.sentences] == ["A demonstration."]
    assert answer.coverage > 0.8


def test_answer_leaves_the_label_above_a_text_out():
    add_document("Printer", passage("Printer manual\nThe office printer prints in colour."))
    add_document("Weather", passage("It rains."))
    assert texts("which printer is in the office") == ["The office printer prints in colour."]


def test_answer_keeps_short_lines_that_stand_for_themselves():
    add_document("Lunch", passage("Lunch menu\nSoup for lunch\nLunch bread"))
    add_document("Weather", passage("It rains."))
    assert texts("what is for lunch") == ["Lunch menu", "Soup for lunch", "Lunch bread"]
