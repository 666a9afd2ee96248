"""The recorded meetings of the demo page, as the engine hears them."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from sessions_app.domain.beginning import Beginning
from sessions_app.domain.conversation import Conversation
from sessions_app.domain.events import Event, QuestionAsked
from sessions_app.domain.protocol import AsrChunk
from sessions_app.domain.questions import load_detector

MEETINGS: Path = settings.BASE_DIR / "static" / "rtrag" / "meetings"
QUESTIONS = {
    "en": [
        "what does this service actually do",
        "what is the difference between a partial and a final",
        "what is retrieval augmented generation",
        "how do i upload a document to the knowledge base",
        "what's the difference between machine learning and deep learning",
        "do you know when the cafeteria opens on saturday",
        "can i interrupt an answer",
    ],
    "zh": [
        "请问这个服务是做什么的",
        "临时结果和最终结果有什么区别",
        "请问什么是检索增强生成",
        "怎么上传文档到知识库",
        "机器学习和深度学习有什么区别",
        "你知道周六食堂几点开门吗",
        "什么是向量检索",
    ],
}


def recording(language: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((MEETINGS / f"{language}.json").read_text())
    return loaded


def speaker(meeting: dict[str, Any], at: int) -> str:
    """Who speaks then."""
    names: list[str] = [name for begin, name in meeting["turns"] if begin <= at]
    return names[-1]


@pytest.mark.parametrize("tells_speakers", [False, True])
@pytest.mark.parametrize("language", QUESTIONS)
def test_the_questions_of_a_meeting_and_nothing_else_are_noticed(language: str, *, tells_speakers: bool) -> None:
    ids, meeting = itertools.count(), recording(language)
    conversation = Conversation(load_detector(), lambda: str(next(ids)), Beginning())
    events: list[Event] = []
    for at, text, is_final in meeting["events"]:
        name = speaker(meeting, at) if tells_speakers else None
        events += conversation.receive(AsrChunk(text=text, is_final=is_final, speaker=name), at / 1000)
    assert [event.question.text for event in events if isinstance(event, QuestionAsked)] == QUESTIONS[language]


@pytest.mark.parametrize("language", QUESTIONS)
def test_a_meeting_is_in_order_and_its_partials_lead_to_finals(language: str) -> None:
    meeting = recording(language)
    times = [at for at, _, _ in meeting["events"]]
    assert meeting["language"] == language
    assert times == sorted(times)
    assert times[-1] <= meeting["duration_ms"]
    begins = [begin for begin, _ in meeting["turns"]]
    assert begins == sorted(begins)
    assert begins[0] == 0
    assert len({name for _, name in meeting["turns"]}) == 2
    for (_, before, _), (_, text, is_final) in itertools.pairwise(meeting["events"]):
        assert not is_final or before == text
