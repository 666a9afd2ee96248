"""Files as lists of questions: their kinds, encodings and sizes."""

import io
import json
import tracemalloc

import pytest

from batch_app.entries import MAX_ENTRIES, BadLine, Entry, Problem
from batch_app.reading import preview, read_file
from batch_app.reading.decoding import MAX_LINES
from batch_app.refusals import Code, RefusedError

SIMPLIFIED = "怎么退货？\n订单什么时候发货\n"
TRADITIONAL = "怎麼退貨？\n訂單什麼時候發貨\n"


def words(content: bytes | str, name: str = "list.txt", **options: str) -> list[str]:
    raw = content.encode() if isinstance(content, str) else content
    return [entry.text for entry in read_file(raw, name, **options).entries.good]


def bad_lines(content: bytes | str, name: str) -> list[tuple[int, Problem]]:
    raw = content.encode() if isinstance(content, str) else content
    return [(each.line, each.problem) for each in read_file(raw, name).entries.bad]


def test_text_has_a_question_in_every_line_that_is_not_blank():
    content = "how\n\n  why \r\n\u3000\r\nwhere\rwho"
    assert words(content) == ["how", "why", "where", "who"]
    assert bad_lines("how\n\nw\0y\r\n\n" + "x" * 10_241 + "\n", "list.txt") == [(3, Problem.NUL), (5, Problem.TOO_LONG)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf_8"),
        (SIMPLIFIED, "utf_8_sig"),
        (SIMPLIFIED, "gb18030"),
        ("\ufeff" + SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "utf_16"),
        (TRADITIONAL, "big5"),
        ("how\nwhy\n", "utf_16"),
    ],
)
def test_every_usual_encoding_is_read(text, encoding):
    assert words(text.encode(encoding)) == text.removeprefix("\ufeff").split()


@pytest.mark.parametrize("beginning", ["how is it " * 50 + "\n", "怎么退货" * 50 + "\n"])
@pytest.mark.parametrize("encoding", ["utf_8", "gb18030", "utf_16"])
def test_encoding_of_much_text_is_that_of_all_of_it(beginning, encoding):
    content = (beginning * 3_000 + SIMPLIFIED).encode(encoding)
    assert len(content) > 1_048_576
    assert words(content)[-2:] == SIMPLIFIED.split()


@pytest.mark.parametrize("encoding", ["utf_8_sig", "gb18030", "utf_16"])
def test_table_is_read_in_its_encoding(encoding):
    content = "编号,问题\n1,怎么退货？\n2,订单什么时候发货\n".encode(encoding)
    assert words(content, "list.csv") == ["怎么退货？", "订单什么时候发货"]


def test_json_lines_hold_objects_or_strings():
    lines = [{"question": "how", "custom_id": 7, "topic": "x"}, "why", {"text": "who", "custom_id": None}]
    reading = read_file("\n\n".join(map(json.dumps, lines)).encode(), "list.jsonl")
    assert reading.entries.good == [Entry("how", "7"), Entry("why"), Entry("who")]
    assert reading.columns == ("question", "custom_id", "topic")


def test_json_lines_may_have_fields_of_any_name():
    reading = read_file(
        b'{"text": "no", "ask": "how", "key": "a"}\n{"text": "no"}', "x.ndjson", column="ask", id_column="key"
    )
    assert reading.entries.good == [Entry("how", "a")]
    assert reading.entries.bad == [BadLine(2, Problem.NO_TEXT_FIELD)]


def test_every_wrong_line_of_json_lines_is_named():
    content = '"how"\n{\n3\n\n{"a": 1}\n"\\ud800"\n"\\u0000"\n{"text": "x", "custom_id": true}\n' + "[" * 100_000
    assert bad_lines(content, "list.jsonl") == [
        (2, Problem.NOT_JSON),
        (3, Problem.NOT_TEXT),
        (5, Problem.NO_TEXT_FIELD),
        (6, Problem.NOT_UNICODE),
        (7, Problem.NUL),
        (8, Problem.CUSTOM_ID_INVALID),
        (9, Problem.NOT_JSON),
    ]


def test_kind_goes_before_the_name():
    assert words('"how"', "list.csv", kind="jsonl") == ["how"]
    assert words("how, and why", "", kind="txt") == ["how, and why"]


@pytest.mark.parametrize(("name", "kind"), [("list.pdf", ""), ("", ""), ("list.txt", "xlsx")])
def test_unknown_kind_is_refused(name, kind):
    with pytest.raises(RefusedError) as refused:
        read_file(b"how", name, kind=kind)
    assert refused.value.details == {"field": "kind", "kinds": ["txt", "csv", "jsonl"]}


@pytest.mark.parametrize(
    ("content", "looks_like"),
    [
        (b"%PDF-1.7 how", "a PDF file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "Portable Network Graphic"),
        (b"PK\x03\x04" + bytes(200), "a damaged or cut-off Office file"),
        (bytes(1000), "This is not a text file"),
    ],
)
def test_what_is_no_text_is_refused_and_told_what_it_is(content, looks_like):
    with pytest.raises(RefusedError, match=looks_like) as refused:
        read_file(content, "list.csv")
    assert (refused.value.code, refused.value.details) == (Code.INVALID_MESSAGE, {"field": "file"})


def test_file_without_anything_has_no_questions():
    for name in ("list.txt", "list.csv", "list.jsonl"):
        assert preview(read_file(b"", name))["count"] == 0


def test_larger_file_than_a_request_may_be_is_not_read_to_its_end(settings):
    settings.BATCH_MAX_REQUEST_BYTES = 100
    assert words(b"x" * 100) == ["x" * 100]
    file = io.BytesIO(b"x" * 1_000)
    with pytest.raises(RefusedError) as refused:
        read_file(file, "list.txt")
    assert (refused.value.code, refused.value.status, file.tell()) == (Code.MESSAGE_TOO_LARGE, 413, 101)


@pytest.mark.parametrize("name", ["list.txt", "list.csv", "list.jsonl"])
def test_more_questions_than_a_batch_may_have_end_the_reading(name):
    assert len(words('"how"\n' * MAX_ENTRIES, name)) == MAX_ENTRIES
    with pytest.raises(RefusedError, match="this one more than 50000"):
        words('"how"\n' * (MAX_ENTRIES + 1), name)


def test_more_wrong_lines_than_a_batch_may_have_end_the_reading():
    with pytest.raises(RefusedError, match="More than 50000 lines") as refused:
        words("how\n" * (MAX_ENTRIES + 1), "list.jsonl")
    assert refused.value.details["lines"][0] == {"line": 1, "problem": "not_json"}


def test_blank_lines_without_end_are_refused():
    with pytest.raises(RefusedError, match=f"more than {MAX_LINES} lines"):
        words(b"\n" * (MAX_LINES + 1))


@pytest.mark.parametrize("name", ["list.txt", "list.csv", "list.jsonl"])
def test_line_without_end_costs_little_memory_and_what_follows_is_read(name):
    content = b'"why"\n' + b"x" * 8_000_000 + b"\n" + b'"how"\n'
    tracemalloc.start()
    try:
        reading = read_file(content, name)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert reading.entries.bad == [BadLine(2, Problem.TOO_LONG)]
    assert [each.text.strip('"') for each in reading.entries.good] == ["why", "how"]
    assert peak < 10_000_000


def test_preview_shows_the_first_questions_and_all_that_is_wrong():
    rows = "".join(f"{number},what is {number}\n" for number in range(30))
    shown = preview(read_file(f"custom_id,text\n{rows},\n,,\n30,\n".encode(), "list.csv"))
    assert shown["rows"][:2] == [{"custom_id": "0", "text": "what is 0"}, {"custom_id": "1", "text": "what is 1"}]
    assert (len(shown["rows"]), shown["count"]) == (20, 30)
    assert (shown["kind"], shown["columns"], shown["column"]) == ("csv", ["custom_id", "text"], "text")
    assert (shown["id_column"], shown["bad"]) == ("custom_id", [{"line": 34, "problem": "empty"}])
