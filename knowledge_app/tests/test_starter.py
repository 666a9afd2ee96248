"""The starter documents answer what people try first, and admit what they do not know."""

import re
import uuid
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from knowledge_app import index
from knowledge_app.analysis import language_of
from knowledge_app.answering import answer_question, best_passages
from knowledge_app.index import IndexedPassage
from knowledge_app.parsing import markdown
from knowledge_app.splitting import split
from knowledge_app.tests.starter_questions import (
    BATCHES,
    CHINESE,
    ENGLISH,
    OFFICE,
    OTHER_WORDS,
    PROVIDERS,
    UNANSWERABLE,
)

FOLDER: Path = settings.STARTER_DOCUMENTS
TOPICS = sorted(path.name for path in (FOLDER / "en").iterdir())


@pytest.fixture(scope="module", autouse=True)
def starter_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with override_settings(DATA_DIR=tmp_path_factory.mktemp("starter")):
        index.rebuild(_document(path) for path in sorted(FOLDER.rglob("*.md")))
        yield


def _document(path: Path) -> tuple[uuid.UUID, str, list[IndexedPassage]]:
    document = markdown.parse(path.read_bytes())
    passages = [
        IndexedPassage(position, heading, text, language_of(text))
        for position, (heading, text) in enumerate(split(document))
    ]
    return uuid.uuid4(), document.title, passages


def headings(path: Path) -> list[str]:
    return re.findall(r"^## (.*)$", path.read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize(("question", "heading", "phrase"), [*ENGLISH, *CHINESE, *PROVIDERS, *BATCHES])
def test_question_finds_its_answer(question: str, heading: str, phrase: str) -> None:
    answer = answer_question(question)
    assert [source.heading for source in answer.sources][:1] == [heading]
    assert phrase in "\n".join(sentence.text for sentence in answer.sentences)


@pytest.mark.parametrize(
    ("question", "earlier", "heading"),
    [
        (
            "and how does it differ from that",
            ("what is machine learning", "what is deep learning"),
            "What is the difference",
        ),
        (
            "how is that different from fine-tuning",
            ("what is RAG",),
            "What is the difference between RAG and fine-tuning?",
        ),
        ("why does it happen", ("what is a hallucination",), "What is a hallucination?"),
        (
            "what is it used for",
            ("what is deep learning",),
            "What is deep learning, and what is deep learning used for?",
        ),
        ("它和深度学习有什么区别", ("什么是机器学习",), "人工智能、机器学习和深度学习有什么区别？"),
        ("那它有什么用", ("什么是深度学习",), "什么是深度学习，深度学习有什么用？"),
        ("为什么会这样", ("什么是大模型的幻觉",), "什么是大模型的幻觉？"),
    ],
)
def test_follow_up_finds_the_passage_that_it_is_about(question: str, earlier: tuple[str, ...], heading: str) -> None:
    best, *_ = best_passages(question, earlier, language_of(question), 5)
    assert best.heading.startswith(heading)


@pytest.mark.parametrize("question", UNANSWERABLE)
def test_question_without_an_answer_is_not_known(question: str) -> None:
    answer = answer_question(question)
    assert not answer.is_known
    assert answer.sources == ()


def answered(questions: list[str]) -> float:
    """The share of them that is not refused."""
    return sum(answer_question(question).is_known for question in questions) / len(questions)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_few_questions_about_other_things_are_answered(language: str) -> None:
    assert answered(OFFICE[language]) <= 0.075


@pytest.mark.parametrize(("language", "share"), [("en", 0.7), ("zh", 0.5)])
def test_questions_in_other_words_than_the_headings_are_answered(language: str, share: float) -> None:
    assert answered(OTHER_WORDS[language]) >= share


@pytest.mark.parametrize("question", ["how do i get started", "what is this", "who are you", "how do i install this"])
def test_question_finds_its_answer_beside_a_foreign_document(question: str) -> None:
    alone = answer_question(question)
    holidays = IndexedPassage(
        0, "Vacation", "Every employee gets 28 vacation days. The year is started with a full account of them.", "en"
    )
    document_id = uuid.uuid4()
    index.replace_document(document_id, "Holiday rules", [holidays])
    try:
        assert answer_question(question).sentences == alone.sentences
    finally:
        index.remove_documents([document_id])


@pytest.mark.parametrize("topic", TOPICS)
def test_every_heading_asks_for_its_own_passage(topic: str) -> None:
    asked = list(chain.from_iterable(headings(FOLDER / language / topic) for language in ("en", "zh")))
    found = {heading: answer_question(heading).sources[:1] for heading in asked}
    assert [heading for heading, sources in found.items() if not sources or sources[0].heading != heading] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_have_the_same_topics(topic: str) -> None:
    english, chinese = FOLDER / "en" / topic, FOLDER / "zh" / topic
    assert len(headings(english)) == len(headings(chinese))
    assert {path.name for path in chinese.parent.iterdir()} == set(TOPICS)
