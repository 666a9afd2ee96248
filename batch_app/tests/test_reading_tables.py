"""CSV: what divides it, which column is meant, and where its lines are."""

import csv
import io

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from batch_app.entries import BadLine, Entry, Problem
from batch_app.reading import Reading, read_file
from batch_app.refusals import RefusedError


def read(text: str, **options: str) -> Reading:
    return read_file(text.encode(), "list.csv", **options)


def entries(text: str, **options: str) -> list[Entry]:
    reading = read(text, **options)
    assert reading.entries.bad == []
    return reading.entries.good


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_usual_delimiter_is_found(delimiter, line_end):
    rows = ["custom_id,question,topic", '1,"how, if; so",a', "2,why,b", ""]
    assert entries(line_end.join(rows).replace(",", delimiter)) == [
        Entry(f"how{delimiter} if; so", "1"),
        Entry("why", "2"),
    ]


def test_delimiters_inside_of_questions_of_a_single_column_divide_nothing():
    assert entries("question\nhow, and why?\nwho\n") == [Entry("how, and why?"), Entry("who")]
    assert entries("how, and why?\nwho, where, when?\nwhat\n") == [
        Entry("how, and why?"),
        Entry("who, where, when?"),
        Entry("what"),
    ]


def test_table_without_a_known_header_is_divided_by_what_makes_its_rows_equally_wide():
    assert entries("1;how, and why?\n2;who\n", column="2", id_column="1") == [
        Entry("how, and why?", "1"),
        Entry("who", "2"),
    ]


@pytest.mark.parametrize("name", ["text", "Question", " PROMPT ", "query", "问题", "內容"])
def test_known_names_are_found_in_any_place(name):
    assert entries(f"id,{name},note\n7,how,x\n") == [Entry("how")]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [Entry("how")]),
        ({"column": "Asked by users"}, [Entry("why")]),
        ({"column": "asked_by-users", "id_column": "No"}, [Entry("why", "7")]),
        ({"column": "3", "id_column": "1"}, [Entry("why", "7")]),
    ],
)
def test_column_is_chosen_by_name_or_number(options, expected):
    reading = read("No,Text,Asked by users\n7,how,why\n", **options)
    assert (reading.entries.good, reading.columns) == (expected, ("No", "Text", "Asked by users"))


def test_table_without_header_has_its_questions_in_its_first_column_or_beside_the_ids():
    reading = read("how,x\nwhy,y\n")
    assert (reading.entries.good, reading.columns) == ([Entry("how"), Entry("why")], ())
    assert (reading.column, reading.id_column) == ("1", "")
    assert entries("a,how\nb,why\n", id_column="1") == [Entry("how", "a"), Entry("why", "b")]


@pytest.mark.parametrize(
    ("options", "details"),
    [
        ({"column": "3"}, {"field": "column", "columns": [1, 2]}),
        ({"column": "0"}, {"field": "column", "columns": [1, 2]}),
        ({"column": "9" * 5_000}, {"field": "column", "columns": ["text", "note"]}),
        ({"id_column": "key"}, {"field": "id_column", "columns": ["text", "note"]}),
    ],
)
def test_column_that_is_not_there_is_refused_with_those_that_are(options, details):
    with pytest.raises(RefusedError) as refused:
        read("text,note\nhow,x\n", **options)
    assert refused.value.details == details


def test_lines_are_those_of_an_editor():
    text = 'text,note\n"how\nif\nso",x\n\n,,\n,no question\nwhy,y\n"",z\n'
    reading = read(text)
    assert reading.entries.good == [Entry("how\nif\nso"), Entry("why")]
    assert reading.entries.bad == [BadLine(7, Problem.EMPTY), BadLine(9, Problem.EMPTY)]


def test_row_with_more_cells_than_the_header_is_wrong_unless_they_are_empty():
    reading = read("id,text\n1,how, and why?\n2,who,,\n")
    assert reading.entries.good == [Entry("who")]
    assert reading.entries.bad == [BadLine(2, Problem.NOT_CSV)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('text\nhow\n"what is "it""\nwhy\n', [BadLine(3, Problem.NOT_CSV)]),
        ('text\nhow\n"x"y"\nin\nquotes"\nwhy\n', [BadLine(3, Problem.NOT_CSV)]),
        ('text\nhow\nwhy\n"never\nclosed\n', [BadLine(4, Problem.NOT_CSV)]),
        ("text\nhow\n" + "x" * 2_000_000 + "\nwhy\n", [BadLine(3, Problem.TOO_LONG)]),
        ('text\nhow\n"' + "x\n" * 600_000 + '"\nwhy\n', [BadLine(3, Problem.TOO_LONG)]),
        ('text\nhow\n"' + "x" * 2_000_000 + '\nx"\nwhy\n', [BadLine(3, Problem.TOO_LONG)]),
        ('text\nhow\n"x\n' + "x" * 2_000_000 + '"\nwhy\n', [BadLine(3, Problem.TOO_LONG)]),
        ('text\nhow\nwhy\n"' + "x\n" * 600_000, [BadLine(4, Problem.TOO_LONG)]),
    ],
)
def test_nothing_inside_of_a_row_that_cannot_be_read_passes_for_a_row(text, expected):
    reading = read(text)
    assert reading.entries.good == [Entry("how"), Entry("why")]
    assert reading.entries.bad == expected


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), min_size=1, max_size=20)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(",;\t"))
@example([('a "quoted", one; and\ttwo\n\nlines', '"')], ",")
def test_whatever_a_program_writes_as_csv_comes_back(rows, delimiter):
    assume(all(text.strip() for text, _ in rows))
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([("question", "note"), *rows])
    expected = [Entry(text.replace("\r\n", "\n").replace("\r", "\n").strip()) for text, _ in rows]
    assert entries(file.getvalue()) == expected


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode(errors="surrogatepass")), st.data())
def test_no_content_raises_anything_but_a_refusal(content, data):
    kind = data.draw(st.sampled_from(["txt", "csv", "jsonl"]))
    column, id_column = data.draw(st.text(max_size=3)), data.draw(st.sampled_from(["", "1", "x"]))
    try:
        reading = read_file(content, kind=kind, column=column, id_column=id_column)
    except RefusedError:
        return
    numbers = [each.line for each in reading.entries.bad]
    assert numbers == sorted(set(numbers))
    assert all(each.text.strip() for each in reading.entries.good)
