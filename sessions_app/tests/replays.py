"""Scripted transcripts with timings: how people really talk, where services of this kind go wrong."""

from dataclasses import dataclass, field

from sessions_app.domain.options import SessionOptions


@dataclass(frozen=True)
class Line:
    """What a recogniser sends, `at` seconds after the start."""

    at: float
    text: str
    speaker: str | None = None
    is_final: bool = True
    segment_id: str | None = None


@dataclass(frozen=True)
class Replay:
    """A transcript, and the questions that are answered to their end, in this order, each with one answer.

    `said_again` is how often a `status` names the answer that there is; `context` must be known to the last question.
    """

    trap: str
    lines: tuple[Line, ...]
    answered: tuple[str, ...]
    said_again: int = 0
    context: str = ""
    options: SessionOptions = field(default_factory=SessionOptions)


def partial(at: float, text: str, speaker: str | None = None) -> Line:
    return Line(at, text, speaker, is_final=False)


REPLAYS = (
    Replay(
        "the same words as partial, final and correction",
        (
            partial(0.0, "what"),
            partial(0.4, "what is machine"),
            partial(0.8, "what is machine learning"),
            Line(1.0, "what is machine learning", segment_id="s1"),
            Line(1.6, "What is machine learning?", segment_id="s1"),
            Line(2.2, "what is machine learning"),
        ),
        ("what is machine learning",),
        said_again=2,
    ),
    Replay(
        "the same words as partial, final and correction, in Chinese",
        (
            partial(0.0, "什么"),
            partial(0.4, "什么是机器"),
            Line(1.0, "什么是机器学习", segment_id="s1"),
            Line(1.6, "什么是机器学习？", segment_id="s1"),
        ),
        ("什么是机器学习",),
        said_again=1,
    ),
    Replay(
        "a slip of the recogniser, corrected",
        (
            Line(0.0, "how do i share a documint", segment_id="s1"),
            Line(0.05, "how do i share a document", segment_id="s1"),
            Line(3.0, "um how do i share a document", segment_id="s2"),
        ),
        ("how do i share a document",),
        said_again=1,
    ),
    Replay(
        "a slip of the recogniser, corrected, in Chinese",
        (Line(0.0, "什么是机气学习", segment_id="s1"), Line(0.05, "什么是机器学习", segment_id="s1")),
        ("什么是机器学习",),
    ),
    Replay(
        "a question asked in other words",
        (
            Line(0.0, "where is the office"),
            Line(6.0, "so where is our office located"),
            Line(12.0, "我们的仓库在什么地方"),
            Line(18.0, "仓库在哪里"),
        ),
        ("where is the office", "我们的仓库在什么地方"),
        said_again=2,
    ),
    Replay(
        "a question restated half a minute later",
        (
            Line(0.0, "what is machine learning"),
            Line(12.0, "ok that makes sense"),
            Line(30.0, "so um what is machine learning"),
        ),
        ("what is machine learning",),
        said_again=1,
    ),
    Replay(
        "a newer partial right behind the question",
        (
            Line(0.0, "how do i upload a document"),
            partial(0.01, "because"),
            partial(0.02, "because i have"),
            Line(1.5, "because i have a few of them here"),
        ),
        ("how do i upload a document",),
    ),
    Replay(
        "a remark on the subject right before the real question",
        (
            Line(0.0, "we talked about deep learning yesterday"),
            Line(1.0, "what is deep learning"),
            Line(2.5, "how much does a license cost"),
        ),
        ("what is deep learning", "how much does a license cost"),
    ),
    Replay(
        "the second half comes later",
        (
            Line(0.0, "what is the difference between a process"),
            partial(0.6, "and a"),
            Line(1.2, "and a thread"),
        ),
        ("what is the difference between a process and a thread",),
    ),
    Replay(
        "the second half comes later, in Chinese",
        (Line(0.0, "请问机器学习和"), partial(0.6, "深度学习"), Line(1.4, "深度学习有什么区别")),
        ("请问机器学习和深度学习有什么区别",),
    ),
    Replay(
        "one question after another",
        (
            Line(0.0, "do you know what machine learning is"),
            Line(1.2, "do you want tea"),
            Line(1.32, "or coffee"),
            Line(3.5, "what is the difference between a process"),
            Line(4.5, "and a thread"),
            Line(6.0, "how do i upload a document"),
        ),
        (
            "do you know what machine learning is",
            "do you want tea or coffee",
            "what is the difference between a process and a thread",
            "how do i upload a document",
        ),
    ),
    Replay(
        "a question that goes on without a sign",
        (Line(0.0, "how do i upload a document"), partial(0.05, "to the"), Line(0.1, "to the knowledge base")),
        ("how do i upload a document to the knowledge base",),
    ),
    Replay(
        "two questions in one final",
        (
            Line(0.0, "What is the capital of France? We went there last year and liked it. Who wrote Hamlet?"),
            Line(4.0, "什么是机器学习？我们昨天还说到这个。另外许可证多少钱？"),
        ),
        ("What is the capital of France", "Who wrote Hamlet", "什么是机器学习", "另外许可证多少钱"),
    ),
    Replay(
        "small talk before the question",
        (Line(0.0, "hi how are you"), Line(1.5, "最近怎么样"), Line(3.0, "what is machine learning")),
        ("what is machine learning",),
    ),
    Replay(
        "a listener in the middle of the question",
        (
            Line(0.0, "how do i upload a document", "ann"),
            Line(0.04, "mhm", "ben"),
            Line(0.08, "嗯", "chen"),
            Line(0.1, "to the knowledge base", "ann"),
        ),
        ("how do i upload a document to the knowledge base",),
    ),
    Replay(
        "a muted listener in the middle of the question",
        (Line(0.0, "怎么上传文档", "ann"), Line(0.05, "对对对", "ben"), Line(0.1, "到知识库", "ann")),
        ("怎么上传文档到知识库",),
        options=SessionOptions(speakers=("ann",)),
    ),
    Replay(
        "backchannels while the answer streams",
        (
            Line(0.0, "how do i upload a document", "ann"),
            Line(0.15, "right", "ben"),
            Line(0.25, "ok", "ann"),
            Line(0.35, "mm hm", "ben"),
        ),
        ("how do i upload a document",),
    ),
    Replay(
        "backchannels while the answer streams, in Chinese",
        (Line(0.0, "怎么上传文档到知识库"), Line(0.15, "嗯"), Line(0.25, "对吧"), Line(0.35, "好的")),
        ("怎么上传文档到知识库",),
    ),
    Replay(
        "a second speaker in between",
        (
            Line(0.0, "what is the difference between a process", "ann"),
            Line(0.5, "the coffee machine is broken again", "ben"),
            Line(1.5, "and a thread", "ann"),
        ),
        ("what is the difference between a process and a thread",),
    ),
    Replay(
        "the service's own voice",
        (
            Line(0.0, "what is machine learning", "ann"),
            Line(2.0, "machine learning lets programs learn from data", "assistant"),
            Line(4.0, "do you want to know more about deep learning", "assistant"),
        ),
        ("what is machine learning",),
        options=SessionOptions(speakers=("ann",)),
    ),
    Replay(
        "a problem told for three quarters of a minute",
        (
            Line(0.0, "so we have this printer on the second floor"),
            *(
                Line(4.0 * number, text)
                for number, text in enumerate(
                    (
                        "and since last week it prints every page twice",
                        "we have turned it off and on again",
                        "the technician came on monday and changed the drum",
                        "after that it was fine for a day",
                        "then the red light started to blink",
                        "i called them again but nobody picked up the phone",
                        "the manual only says to contact the dealer",
                        "and the dealer closed two years ago",
                        "so now everybody walks up to the third floor to print",
                        "which takes a lot of time as you can imagine",
                    ),
                    start=1,
                )
            ),
            Line(44.5, "how do i reset it"),
        ),
        ("how do i reset it",),
        context="so we have this printer on the second floor",
    ),
)
