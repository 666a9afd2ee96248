from typing import get_args

import msgspec
import pytest
from django.test import Client
from django.utils.html import escape

from sessions_app.domain.answering import LEFT_UNANSWERED
from sessions_app.domain.listening import ASKED_BEFORE, UNFINISHED
from sessions_app.domain.protocol import ClientMessage, CloseCode, ErrorCode, Stage, parse
from sessions_app.domain.protocol.server import SERVER_MESSAGES, Ack, AnswerFrame, BatchProgress, ErrorFrame, Status
from sessions_app.protocol_page import LIMIT_MEANINGS, Field, MessageDoc, ProtocolDoc, protocol_doc
from sessions_app.templatetags.marked import marked


@pytest.fixture
def doc() -> ProtocolDoc:
    return protocol_doc(dict.fromkeys(LIMIT_MEANINGS, 12_345))


def fields(message: MessageDoc) -> dict[str, Field]:
    return {field.name: field for field in message.fields}


def test_every_message_is_documented(doc: ProtocolDoc) -> None:
    assert [message.name for message in doc.client] == [kind.kind for kind in get_args(ClientMessage)]
    assert [message.name for message in doc.server] == ["ack", "status", "answer", "batch_progress", "error"]
    assert len(doc.server) == len(SERVER_MESSAGES)
    assert all(message.description for message in (*doc.client, *doc.server, *doc.parts))


def test_every_word_is_documented(doc: ProtocolDoc) -> None:
    assert [each.name for each in doc.stages] == list(Stage)
    assert [each.name for each in doc.errors] == list(ErrorCode)
    assert [int(each.value) for each in doc.closes] == list(CloseCode)
    assert {each.value for each in doc.limits} == {"12,345"}


def test_every_note_that_tells_of_something_said_is_documented(doc: ProtocolDoc) -> None:
    begins = tuple(each.name for each in doc.notes)
    assert all(note.startswith(begins) for note in (ASKED_BEFORE, UNFINISHED, LEFT_UNANSWERED))


def test_examples_of_clients_are_taken_by_the_server(doc: ProtocolDoc) -> None:
    for message in doc.client:
        taken = parse(message.example, max_text_chars=1_000)
        assert taken.kind == message.name


def test_examples_of_the_server_are_what_it_sends(doc: ProtocolDoc) -> None:
    for message in doc.server:
        decoded = msgspec.json.decode(message.example, type=Ack | Status | AnswerFrame | BatchProgress | ErrorFrame)
        assert type(decoded).__struct_config__.tag == message.name
        assert msgspec.json.format(msgspec.json.encode(decoded), indent=2).decode() == message.example
        assert set(msgspec.json.decode(message.example)) - {"type"} <= fields(message).keys()


def test_fields_say_whether_they_are_needed(doc: ProtocolDoc) -> None:
    chunk, status = fields(doc.client[1]), fields(doc.server[1])
    assert {name for name, field in chunk.items() if field.is_required} == {"text"}
    assert {name for name, field in status.items() if field.is_required} == {"session_id", "seq", "stage"}
    assert all(field.is_required for field in doc.parts[0].fields)
    assert not any(field.is_required for field in doc.client[6].fields)


def test_types_are_said_in_words(doc: ProtocolDoc) -> None:
    assert fields(doc.client[1])["segment_id"].type == "string, at most 64 characters | null"
    assert fields(doc.client[2])["action"].type.startswith('"pause" | "resume"')
    assert fields(doc.server[2])["sources"].type == "SourceItem[]"
    assert fields(doc.server[2])["latency_ms"].type == "Latency"
    options = fields(doc.client[6])
    assert options["languages"].type == '("en" | "zh")[]'
    assert options["speakers"].type == '"all" | (string, at most 64 characters)[]'
    assert fields(doc.server[0])["options"].type == "SessionOptions"


def test_the_page_shows_it_all(client: Client, doc: ProtocolDoc) -> None:
    html = client.get("/docs/protocol").content.decode()
    for message in (*doc.client, *doc.server):
        assert escape(message.example) in html
    for meaning in (*doc.stages, *doc.notes, *doc.errors, *doc.closes):
        assert marked(meaning.meaning) in html
    anchors = [part.split('"', 1)[0] for part in html.split(' id="')[1:]]
    assert len(anchors) == len(set(anchors))
    assert {part.split('"', 1)[0] for part in html.split('href="#')[1:]} - {"icon-theme"} <= set(anchors)


def test_code_is_marked_and_everything_escaped() -> None:
    assert marked("say `a<b` & go") == "say <code>a&lt;b</code> &amp; go"
