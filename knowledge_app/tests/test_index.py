import uuid

import pytest

from knowledge_app import index
from knowledge_app.index import Hit, IndexUnreadableError
from knowledge_app.tests.indexes import add_document, passage

pytestmark = pytest.mark.usefixtures("data_dir")


def found(question: str) -> list[str]:
    return [hit.text for hit in index.search(question)]


def damage(data_dir, pattern: str) -> None:
    """Put rubbish in place of files of the index, as a bad disk does."""
    for path in (data_dir / "index" / "current").glob(pattern):
        path.unlink()
        path.write_bytes(b"rubbish")


def test_search_without_an_index_finds_nothing():
    assert (index.search("anything"), index.passage_count(), index.document_ids()) == ([], 0, set())


def test_search_gives_all_that_an_answer_needs():
    document_id = add_document("Retrieval", passage("RAG rests on passages.", "What is RAG?", position=3))
    [hit] = index.search("what is rag")
    assert hit.score > 0
    assert hit == Hit(document_id, "Retrieval", 3, "What is RAG?", "RAG rests on passages.", "en", hit.score)


def test_search_ranks_by_the_rarest_words_and_the_title():
    add_document("Cats", passage("They sleep all day in the sun."))
    add_document("Dogs", passage("They bark at cats all day."))
    assert found("do cats sleep") == ["They sleep all day in the sun.", "They bark at cats all day."]


def test_search_gives_no_more_than_the_limit():
    add_document("Many", *(passage(f"word {number}", position=number) for number in range(5)))
    assert len(index.search("word", limit=2)) == 2


@pytest.mark.parametrize("question", ["", "?!", 'AND OR "(', "的", "x" * 100_000, "a\0b", "word " * 5_000])
def test_search_takes_any_question(question):
    add_document("Title", passage("Some text."))
    assert found(question) == []


def test_replace_document_leaves_nothing_of_the_old_one():
    document_id = add_document("Old title", passage("old text"), passage("old end", position=1))
    index.replace_document(document_id, "New", [passage("new text")])
    assert (found("old"), found("new"), index.passage_count()) == ([], ["new text"], 1)


def test_replace_document_twice_is_as_once():
    document_id = uuid.uuid4()
    for _ in range(2):
        index.replace_document(document_id, "Title", [passage("text")])
    assert index.passage_count() == 1


def test_remove_documents_takes_out_those_only():
    gone = add_document("One", passage("apples"))
    kept = add_document("Two", passage("pears"), passage("more pears", position=1))
    assert index.document_ids() == {gone, kept}
    index.remove_documents([gone, uuid.uuid4()])
    assert (found("apples"), found("pears")) == ([], ["pears", "more pears"])
    assert index.document_ids() == {kept}
    assert (index.holds(gone), index.holds(kept)) == (False, True)


def test_document_ids_leave_out_what_is_removed_but_not_yet_merged_away():
    ids = [uuid.UUID(int=number) for number in range(20)]
    index.rebuild((document_id, "Title", [passage("apples")]) for document_id in ids)
    index.remove_documents(ids[:1])
    assert index.document_ids() == set(ids[1:])


def test_rebuild_holds_the_given_documents_only():
    add_document("Old", passage("apples"))
    assert index.rebuild([(uuid.uuid4(), "New", [passage("pears"), passage("plums", position=1)])]) == 2
    assert (found("apples"), found("pears"), index.passage_count()) == ([], ["pears"], 2)


def test_rebuild_that_fails_leaves_the_former_index():
    add_document("Old", passage("apples"))
    with pytest.raises(ZeroDivisionError):
        index.rebuild((uuid.UUID(int=1 // number), "New", [passage("pears")]) for number in (1, 0))
    assert (found("apples"), found("pears")) == (["apples"], [])
    assert index.rebuild([]) == 0


def test_rebuild_keeps_no_more_than_two_generations(data_dir):
    for _ in range(4):
        index.rebuild([])
    assert len(list((data_dir / "index").glob("generation-*"))) == 2


@pytest.mark.parametrize("pattern", ["*.term", "*.idx", "*.store", "meta.json"])
def test_damaged_index_finds_nothing_until_it_is_rebuilt(data_dir, caplog, pattern):
    document_id = add_document("Title", passage("apples"))
    damage(data_dir, pattern)
    index._reader.cache_clear()

    assert [found("apples"), found("apples"), index.passage_count()] == [[], [], 0]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "apples" not in caplog.text
    with pytest.raises(IndexUnreadableError):
        index.replace_document(document_id, "Title", [passage("pears")])

    index.rebuild([(document_id, "Title", [passage("apples")])])
    assert found("apples") == ["apples"]


def test_index_whose_folder_went_is_empty_and_can_be_filled_again(data_dir):
    add_document("Title", passage("apples"))
    (data_dir / "index").rename(data_dir / "elsewhere")
    assert found("apples") == []
    add_document("Title", passage("apples"))
    assert found("apples") == ["apples"]
