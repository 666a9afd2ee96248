import pytest
from django.core.management import CommandError, call_command

from knowledge_app import generations, index
from knowledge_app.generations import Generations
from knowledge_app.models import Document, Passage
from knowledge_app.tests.indexes import add_document, passage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]


def stored(title: str, state: Document.State, *texts: str) -> Document:
    document = Document.objects.create(title=title, state=state)
    for position, text in enumerate(texts):
        Passage.objects.create(document=document, position=position, heading="Heading", text=text, language="en")
    return document


def test_rebuild_index_holds_every_document_that_has_passages(capsys):
    add_document("Gone", passage("apples"))
    ready = stored("Ready", Document.State.READY, "pears", "plums")
    stored("Second", Document.State.READY, "cherries")
    stored("Never readable", Document.State.FAILED)
    stored("Badly replaced", Document.State.FAILED, "lemons")

    call_command("rebuild_index")

    assert "4 passages" in capsys.readouterr().out
    assert [len(index.search(word)) for word in ("apples", "pears", "plums", "cherries", "lemons")] == [0, 1, 1, 1, 1]
    [hit] = index.search("plums")
    assert (hit.document_id, hit.title, hit.heading, hit.position) == (ready.id, "Ready", "Heading", 1)


def test_rebuild_index_takes_one_query_for_the_passages(django_assert_num_queries):
    for number in range(3):
        stored(f"Document {number}", Document.State.READY, "pears", "plums")
    with django_assert_num_queries(2):
        call_command("rebuild_index")


def test_rebuild_index_says_when_the_index_is_busy(data_dir, monkeypatch):
    monkeypatch.setattr(generations, "LOCK_TIMEOUT_S", 0)
    with Generations(data_dir / "index").locked(), pytest.raises(CommandError, match="locked"):
        call_command("rebuild_index")
