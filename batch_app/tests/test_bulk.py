"""Questions that are written in one go are those that Django would have written, on SQLite and on PostgreSQL."""

import pytest

from batch_app import bulk
from batch_app.entries import Entry
from batch_app.models import BatchItem, BatchTask
from providers_app import rows

ENTRIES = [Entry("Why?"), Entry("如何\t'\"%s\\N\n", "second"), *[Entry(f"What is {n}?") for n in range(rows.MAX_ROWS)]]


@pytest.mark.usefixtures("database")
def test_questions_are_as_django_writes_them():
    mine, django = (BatchTask.objects.create(name="Exam", total=len(ENTRIES), concurrency=1) for _ in range(2))
    BatchItem.objects.bulk_create(
        BatchItem(task=django, index=index, text=each.text, custom_id=each.custom_id, due_at=mine.created_at)
        for index, each in enumerate(ENTRIES)
    )
    bulk.insert(mine, ENTRIES)
    names = [field.attname for field in rows.written_fields(BatchItem) if field.name != "task"]
    assert {"claim", "error", "sources", "ended_at", "due_at"} < set(names)
    written, expected = (list(task.items.order_by("index").values_list(*names)) for task in (mine, django))
    assert len(expected) == len(ENTRIES)
    assert written == expected
