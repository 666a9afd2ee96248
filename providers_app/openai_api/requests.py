"""What clients send, as far as it counts; other fields are accepted and ignored."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from django.conf import settings
from msgspec import Meta, Struct

from knowledge_app.analysis import language_of
from providers_app.contract import AnswerRequest, Dialogue, Origin, Turn
from providers_app.openai_api.refusals import invalid

DEFAULT_MODEL = "default"
"""Whichever provider the operators have made active."""
INSTRUCTIONS = ("system", "developer")


class Part(Struct):
    type: str
    text: str = ""


class Message(Struct):
    """`system` and `developer` messages are ignored: what a model is told is the operators' business."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None


class StreamOptions(Struct):
    include_usage: bool = False


class ChatRequest(Struct):
    """A request for a completion."""

    messages: Annotated[list[Message], Meta(min_length=1)]
    model: Annotated[str, Meta(max_length=128)] = DEFAULT_MODEL
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = 1
    tools: list[Any] | None = None
    functions: list[Any] | None = None

    @property
    def wants_usage(self) -> bool:
        """Whether a stream ends with the usage."""
        return self.stream_options is not None and self.stream_options.include_usage


_decode = msgspec.json.Decoder(ChatRequest).decode


def read(body: bytes) -> ChatRequest:
    """The request. Raises `Refusal`."""
    try:
        asked = _decode(body)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        raise invalid(place.strip("`.") or None, problem) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise invalid(None, "The body is not JSON.", "invalid_json") from None
    if asked.n not in {None, 1}:
        raise invalid("n", "Only one answer at a time can be had.", "unsupported_value")
    if asked.tools or asked.functions:
        raise invalid("tools" if asked.tools else "functions", "Tools are not supported.", "unsupported_parameter")
    return asked


def question_of(asked: ChatRequest) -> tuple[AnswerRequest, Dialogue | None]:
    """The last message as a question, and what was said before as the turns of a dialogue. Raises `Refusal`."""
    said = [
        (message.role, _text(message, f"messages[{number}]"))
        for number, message in enumerate(asked.messages)
        if message.role not in INSTRUCTIONS
    ]
    role, question = said.pop() if said else ("", "")
    if role != "user" or not question.strip():
        raise invalid("messages", "The last message must be the user's, and hold a question.")
    if len(question) > settings.MAX_CHUNK_CHARS:
        message = f"A question has at most {settings.MAX_CHUNK_CHARS} characters."
        raise invalid("messages", message, "string_above_max_length")
    dialogue = Dialogue(provider="" if asked.model == DEFAULT_MODEL else asked.model)
    dialogue.turns.extend(_turns(said))
    request = AnswerRequest(
        question, language=language_of(question), origin=Origin.OPENAI, may_restart=not asked.stream
    )
    return request, dialogue if dialogue.turns or dialogue.provider else None


def _turns(said: Sequence[tuple[str, str]]) -> list[Turn]:
    """Each answer with the question before it; what has no answer is left out."""
    questions = (text if role == "user" else "" for role, text in said)
    return [
        Turn(question, text)
        for question, (role, text) in zip(questions, said[1:], strict=False)
        if role == "assistant" and question and text
    ]


def _text(message: Message, place: str) -> str:
    if message.role in {"tool", "function"}:
        raise invalid(f"{place}.role", "Tools are not supported.", "unsupported_value")
    if not isinstance(message.content, list):
        return message.content or ""
    for number, part in enumerate(message.content):
        if part.type != "text":
            raise invalid(f"{place}.content[{number}].type", "Only text is supported.", "unsupported_content")
    return "\n".join(part.text for part in message.content)
