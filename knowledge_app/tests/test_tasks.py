import pytest

from knowledge_app.models import Document
from knowledge_app.tasks import enqueue
from knowledge_app.tests.documents import taken_in


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("library_dir", "dead_broker")
def test_broker_that_is_away_is_told_once_and_leaves_documents_queued(caplog):
    told: list[str] = []
    enqueue([taken_in("Apples."), taken_in("Pears.", "pears.md")], undelivered=lambda: told.append("away"))
    assert told == ["away"]
    assert [record.getMessage() for record in caplog.records] == ["The broker cannot be reached; documents stay queued"]
    assert set(Document.objects.values_list("state", flat=True)) == {"queued"}
