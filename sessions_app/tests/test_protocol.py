"""Frames in, messages or typed rejections out."""

import json

import pytest

from sessions_app.domain.options import SUPPORTED, TAKES, NewQuestion, SessionOptions
from sessions_app.domain.protocol import (
    Action,
    Ask,
    AsrChunk,
    Control,
    ErrorCode,
    Keepalive,
    Options,
    Rejection,
    parse,
)
from sessions_app.domain.questions import Sensitivity

LIMIT = 100
ALL_OPTIONS = (
    '{"type":"options","sensitivity":"eager","requests":false,"languages":["zh"],"speakers":["Ann"],'
    '"dedup_window_s":0,"while_answering":"replace","only_known":false}'
)


def text_of(frame: str) -> str:
    message = parse(frame, max_text_chars=LIMIT)
    assert isinstance(message, AsrChunk | Ask)
    return message.text


def rejection(frame: str | bytes) -> Rejection:
    with pytest.raises(Rejection) as caught:
        parse(frame, max_text_chars=LIMIT)
    return caught.value


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ('{"type":"keepalive"}', Keepalive()),
        ('{"type":"keepalive","extra":[1,{"a":null}]}', Keepalive()),
        ('{"type":"asr_chunk","text":"好"}', AsrChunk(text="好")),
        ('{"text":"a","is_final":true,"type":"asr_chunk"}', AsrChunk(text="a", is_final=True)),
        ('{"type":"asr_chunk","text":"","session_id":"a-B_9."}', AsrChunk(text="", session_id="a-B_9.")),
        ('{"type":"asr_chunk","text":"a","session_id":null,"segment_id":null}', AsrChunk(text="a")),
        ('{"type":"control","action":"cancel"}', Control(action=Action.CANCEL)),
        ('{"type":"ask","text":"why"}', Ask(text="why")),
        (
            '{"type":"asr_chunk","text":"a","speaker":"Ann","start_ms":0,"end_ms":9007199254740992}',
            AsrChunk(text="a", speaker="Ann", start_ms=0, end_ms=2**53),
        ),
        ('{"type":"options"}', Options()),
        (
            ALL_OPTIONS,
            Options(
                sensitivity=Sensitivity.EAGER,
                requests=False,
                languages=("zh",),
                speakers=("Ann",),
                dedup_window_s=0,
                while_answering=NewQuestion.REPLACE,
                only_known=False,
            ),
        ),
        ('{"type":"options","speakers":"all"}', Options(speakers="all")),
        (b'{"type":"ask","text":"\xe5\xa5\xbd"}', Ask(text="好")),
    ],
)
def test_frame_is_read(frame, message):
    assert parse(frame, max_text_chars=LIMIT) == message


@pytest.mark.parametrize("stamp", ["1", '"2026-01-01"', "[1,2]", "1" + "0" * 500, "null", '{"a":1}'])
def test_timestamp_may_be_anything(stamp):
    assert text_of(f'{{"type":"asr_chunk","text":"a","timestamp":{stamp}}}') == "a"


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "hello",
        "[1]",
        "3",
        "null",
        '"text"',
        "NaN",
        '{"type":"keepalive"',
        '{"type":"keepalive"} x',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"type":"keepalive","x":' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"type":"asr_chunk","text":"\\ud800"}',
        b"\xff\xfe",
        b'{"type":"keepalive","x":"\xff"}',
    ],
)
def test_frame_that_is_no_json_object_is_rejected(frame):
    assert rejection(frame).code is ErrorCode.INVALID_JSON


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ("{}", "type"),
        ('{"type":null}', "type"),
        ('{"type":3}', "type"),
        ('{"type":["ask"]}', "type"),
        ('{"type":"asr_chunk"}', "text"),
        ('{"type":"asr_chunk","text":3}', "text"),
        ('{"type":"asr_chunk","text":"a\\u0000b"}', "text"),
        ('{"type":"asr_chunk","text":"a","is_final":"true"}', "is_final"),
        ('{"type":"asr_chunk","text":"a","is_final":1}', "is_final"),
        ('{"type":"asr_chunk","text":"a","segment_id":""}', "segment_id"),
        ('{"type":"asr_chunk","text":"a","segment_id":"a\\u0000"}', "segment_id"),
        ('{"type":"keepalive","session_id":""}', "session_id"),
        ('{"type":"keepalive","session_id":"a b"}', "session_id"),
        ('{"type":"keepalive","session_id":"a\\n"}', "session_id"),
        ('{"type":"keepalive","session_id":"' + "a" * 65 + '"}', "session_id"),
        ('{"type":"control"}', "action"),
        ('{"type":"control","action":5}', "action"),
        ('{"type":"ask","text":null}', "text"),
        ('{"type":"asr_chunk","text":"a","speaker":""}', "speaker"),
        ('{"type":"asr_chunk","text":"a","speaker":"a\\n"}', "speaker"),
        ('{"type":"asr_chunk","text":"a","start_ms":-1}', "start_ms"),
        ('{"type":"asr_chunk","text":"a","end_ms":1.5}', "end_ms"),
        ('{"type":"asr_chunk","text":"a","end_ms":9007199254740993}', "end_ms"),
    ],
)
def test_wrong_field_is_named(frame, field):
    error = rejection(frame)
    assert (error.code, error.details) == (ErrorCode.INVALID_MESSAGE, {"field": field})


@pytest.mark.parametrize(
    ("option", "value", "takes"),
    [
        ("sensitivity", '"high"', "one of `precise`, `balanced`, `eager`"),
        ("requests", "null", "`true` or `false`"),
        ("languages", "[]", "a list of at least one of `zh`, `en`"),
        ("languages", '["fr"]', "a list of at least one of `zh`, `en`"),
        ("speakers", '"Ann"', "or a list of 1 to 32 names"),
        ("speakers", "[]", '"all" where everybody may ask'),
        ("speakers", '["Ann","  "]', "names that are not blank"),
        ("speakers", '["\\u3000"]', "names that are not blank"),
        ("speakers", json.dumps(["x"] * 33), "a list of 1 to 32 names"),
        ("dedup_window_s", "3601", "a number of seconds from 0 to 3600"),
        ("dedup_window_s", "1e999", "a number of seconds from 0 to 3600"),
        ("while_answering", '"wait"', "one of `queue`, `replace`, `ignore`"),
        ("only_known", "1", "`true` or `false`"),
    ],
)
def test_wrong_option_is_told_what_it_takes(option, value, takes):
    error = rejection(f'{{"type":"options","{option}":{value}}}')
    supported = {"supported": list(SUPPORTED[option])} if option in SUPPORTED else {}
    assert (error.code, error.details) == (ErrorCode.INVALID_MESSAGE, {"field": option} | supported)
    assert f"The option `{option}` takes " in error.message
    assert takes in error.message


@pytest.mark.parametrize("name", ["sensitvity", "while-answering", "敏感度", "a`b", ""])
def test_option_that_does_not_exist_is_named(name):
    error = rejection(json.dumps({"type": "options", "speakers": ["Ann"], name: 1}))
    assert (error.code, error.details) == (ErrorCode.INVALID_MESSAGE, {"field": name, "supported": list(TAKES)})
    assert "`sensitivity`" in error.message


def test_every_option_says_what_it_takes():
    assert set(TAKES) == set(SessionOptions.__struct_fields__)


def test_number_beyond_all_types_is_rejected():
    frame = '{"type":"asr_chunk","text":"a","is_final":1' + "0" * 6_000 + "}"
    assert rejection(frame).code is ErrorCode.INVALID_MESSAGE


@pytest.mark.parametrize("kind", ["", "ASR_CHUNK", "\u0000"])
def test_unknown_type_is_rejected(kind):
    assert rejection(json.dumps({"type": kind})).code is ErrorCode.UNSUPPORTED_TYPE


def test_unknown_action_is_rejected():
    error = rejection('{"type":"control","action":"explode"}')
    assert error.code is ErrorCode.UNKNOWN_ACTION
    assert error.details == {"supported": ["pause", "resume", "stop", "instant_query", "cancel"]}


@pytest.mark.parametrize("kind", ["asr_chunk", "ask"])
def test_text_over_the_limit_is_rejected(kind):
    assert text_of(json.dumps({"type": kind, "text": "好" * LIMIT})) == "好" * LIMIT
    error = rejection(json.dumps({"type": kind, "text": "x" * (LIMIT + 1)}))
    assert (error.code, error.details) == (ErrorCode.MESSAGE_TOO_LARGE, {"field": "text", "limit": LIMIT})
