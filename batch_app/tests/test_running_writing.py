"""Results as they are written down, on each database."""

from uuid import UUID

import pytest
from django.utils import timezone

from batch_app.models import BatchItem
from batch_app.running.claimed import Claimed, Outcome, Status
from batch_app.running.writing import rows_of, write
from batch_app.tests.rows import batch
from batch_app.tests.turns import begun, turn
from providers_app.contract import Source

pytestmark = pytest.mark.usefixtures("database")


def taken(count: int = 1) -> list[Claimed]:
    batch(*["pending"] * count)
    return list(turn(begun()).claimed)


def written(outcome: Outcome) -> BatchItem:
    write(claim_of(outcome.item), rows_of([outcome]))
    return BatchItem.objects.get(pk=outcome.item.pk)


def claim_of(item: Claimed) -> UUID:
    claim = BatchItem.objects.get(pk=item.pk).claim
    assert claim
    return claim


def test_end_of_a_question_is_written_as_it_was():
    [item] = taken()
    began, ended = timezone.now(), timezone.now()
    found = written(
        Outcome(
            item,
            Status.FAILED,
            ended,
            2,
            5,
            began,
            "按 the 'button' \\ \"100%\" 🙂",
            (Source(1, "标题", "Text", "https://example.com", 1.5), Source(2, "", "")),
            {"provider": "p", "latency_ms": {"first_token": None, "total": 1.25}, "cached": False},
            {"total_tokens": 10**12},
            {"code": "RAG_ERROR", "message": "%s {} NULL", "reason": "timeout"},
        )
    )
    assert (found.status, found.claim, found.attempts, found.delays) == ("failed", None, 2, 5)
    assert (found.started_at, found.ended_at) == (began, ended)
    assert found.result == "按 the 'button' \\ \"100%\" 🙂"
    assert found.sources == [
        {"position": 1, "title": "标题", "content": "Text", "url": "https://example.com", "score": 1.5},
        {"position": 2, "title": "", "content": "", "url": "", "score": None},
    ]
    assert found.metadata == {"provider": "p", "latency_ms": {"first_token": None, "total": 1.25}, "cached": False}
    assert found.usage == {"total_tokens": 10**12}
    assert found.error == {"code": "RAG_ERROR", "message": "%s {} NULL", "reason": "timeout"}


def test_question_that_is_put_off_has_no_end_and_waits_until_then():
    [item] = taken()
    later = timezone.now()
    found = written(Outcome(item, Status.PENDING, later, 1, 0, error={"code": "RAG_ERROR"}))
    assert (found.status, found.claim, found.due_at, found.ended_at, found.started_at) == (
        "pending",
        None,
        later,
        None,
        None,
    )
    assert found.error == {"code": "RAG_ERROR"}


def test_absence_of_an_error_is_null():
    [item] = taken()
    written(Outcome(item, Status.COMPLETED, timezone.now(), 1, 0))
    assert BatchItem.objects.filter(error__isnull=True).count() == 1


KEPT = {"fine": "fine", "a\0b": "ab", "a\ud800b": "a?b", "\\u0000": "\\u0000", "\0": ""}


def saying(item: Claimed, said: str) -> Outcome:
    """An answer that has these words wherever a provider may say something."""
    sources, metadata = (Source(1, said, said, said),), {"model": said, "suggested_questions": [said]}
    return Outcome(item, Status.COMPLETED, timezone.now(), 1, 0, None, said, sources, metadata, {said: 1})


def test_what_no_database_takes_is_left_out_wherever_it_is_said():
    """One such word must not keep all that others have said from being written."""
    given = taken(len(KEPT))
    turn(claim_of(given[0]), *map(saying, given, KEPT))
    for found, kept in zip(BatchItem.objects.order_by("index"), KEPT.values(), strict=True):
        assert found.result == kept
        assert found.sources == [{"position": 1, "title": kept, "content": kept, "url": kept, "score": None}]
        assert found.metadata == {"model": kept, "suggested_questions": [kept]}
        assert found.usage == {kept: 1}


def test_number_that_json_does_not_have_is_none():
    [item] = taken()
    found = written(
        Outcome(item, Status.COMPLETED, timezone.now(), 1, 0, sources=(Source(1, "", "", score=float("nan")),))
    )
    assert found.sources[0]["score"] is None
