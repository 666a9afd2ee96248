"""Which questions a run is given, and which task they are of."""

import uuid
from datetime import timedelta
from itertools import repeat

import pytest
from django.utils import timezone

from batch_app import control
from batch_app.models import BatchItem, BatchRun, BatchTask
from batch_app.running.turn import RunLostError
from batch_app.tests.rows import batch
from batch_app.tests.turns import answered, begun, claimed, failed, history, postponed, statuses, turn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rings")]


def waiting(count: int = 3, name: str = "x", **fields) -> BatchTask:
    """A task whose questions all wait."""
    return batch(*repeat("pending", count), **({"status": "pending", "name": name} | fields))


def test_questions_are_given_in_their_order_up_to_the_concurrency():
    task, run = waiting(5, concurrency=3), begun()
    given = turn(run)
    assert [item.text for item in given.claimed] == ["What is 0?", "What is 1?", "What is 2?"]
    assert given.works[task.pk].share == 3
    assert statuses(task) == ["running"] * 3 + ["pending"] * 2
    assert {(each.claim, each.started_at is None) for each in task.items.filter(status="running")} == {(run, False)}
    assert not turn(run, has={task.pk: 3}).claimed
    assert claimed(run, has={task.pk: 1}) == ["x 3", "x 4"]


def test_first_question_begins_the_task_once():
    task, run = waiting(3, concurrency=1), begun()
    for _ in range(2):
        turn(run)
    found = BatchTask.objects.get(pk=task.pk)
    assert (found.status, found.started_at is None, history(task)) == ("running", False, ["pending", "running"])


def test_run_takes_no_more_than_it_has_room_for():
    waiting(5, "x"), waiting(5, "y")
    assert claimed(begun(), room=7) == ["x 0", "x 1", "x 2", "x 3", "x 4", "y 0", "y 1"]
    assert claimed(begun("b"), room=0) == []


def test_run_takes_what_it_needs_until_its_next_turn_but_no_more_than_twice_its_share():
    task = waiting(20, concurrency=3)
    run = begun()
    assert len(turn(run, ahead={task.pk: 2}).claimed) == 5
    assert len(turn(run, ahead={task.pk: 99}).claimed) == 9


@pytest.mark.parametrize("concurrency", [1, 2, 3, 7])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_shares_of_several_runs_add_up_to_the_concurrency(concurrency, number):
    task = waiting(30, concurrency=concurrency)
    runs = [begun(str(n)) for n in range(number)]
    shares = [turn(run).works[task.pk].share for run in runs]
    assert sum(shares) == concurrency
    assert max(shares) - min(shares) <= 1
    assert task.items.filter(status="running").count() == concurrency


def test_run_that_joins_takes_no_share_that_cannot_be_divided():
    waiting(5, concurrency=1)
    first = begun("z")
    assert claimed(first) == ["x 0"]
    assert claimed(begun("a")) == []
    assert claimed(first) == ["x 1"]


def test_higher_priority_goes_first_until_nothing_of_it_waits():
    low, high = waiting(2, "low", priority=1), waiting(3, "high", priority=2, concurrency=2)
    run = begun()
    assert claimed(run) == ["high 0", "high 1"]
    assert claimed(run, has={high.pk: 2}) == []
    assert claimed(run, has={high.pk: 1}) == ["high 2", "low 0", "low 1"]
    assert history(low) == ["pending", "running"]


def test_equal_priorities_go_side_by_side_and_who_has_least_first():
    older, newer = waiting(9, "older", concurrency=2), waiting(9, "newer", concurrency=2)
    assert claimed(begun()) == ["older 0", "older 1", "newer 0", "newer 1"]
    assert claimed(begun("b"), room=1, has={older.pk: 1, newer.pk: 0}) == ["newer 2"]


def test_lower_priority_goes_while_nothing_of_the_higher_can_be_asked():
    waiting(1, "low"), waiting(1, "off", priority=3, status="paused")
    high = waiting(2, "high", priority=2)
    high.items.update(due_at=timezone.now() + timedelta(minutes=1))
    assert claimed(begun()) == ["low 0"]


def test_lower_priority_goes_while_the_higher_rests():
    waiting(1, "low")
    high = waiting(1, "high", priority=2)
    assert claimed(begun(), resting=frozenset({high.pk})) == ["low 0"]


def test_lower_priority_goes_to_runs_that_have_no_share_of_the_higher():
    waiting(1, "low"), waiting(9, "high", priority=2, concurrency=1)
    assert claimed(begun()) == ["high 0"]
    assert claimed(begun("b")) == ["low 0"]


def test_task_of_low_priority_ends_though_a_higher_one_waits():
    low, run = waiting(1, "low"), begun()
    [last] = turn(run).claimed
    waiting(9, "high", priority=2, concurrency=1)
    turn(run, has={low.pk: 1})
    turn(run, answered(last), has={low.pk: 0})
    assert history(low) == ["pending", "running", "completed"]


def test_question_that_was_put_off_waits_for_its_time():
    task, run = waiting(1), begun()
    [item] = turn(run).claimed
    turn(run, postponed(item, until=timezone.now() + timedelta(minutes=1)))
    assert claimed(run) == []
    assert BatchTask.objects.get(pk=task.pk).status == "running"
    task.items.update(due_at=timezone.now())
    assert [each.attempts for each in turn(run).claimed] == [1]


def test_task_starts_when_its_time_has_come():
    task = waiting(1, start_at=timezone.now() + timedelta(minutes=1))
    assert not turn(begun()).works
    BatchTask.objects.filter(pk=task.pk).update(start_at=timezone.now())
    assert claimed(begun("b")) == ["x 0"]


@pytest.mark.parametrize("status", BatchTask.Status.values)
def test_task_starts_after_another_has_ended_however_that_ends(status):
    before = batch("running", status=status)
    waiting(1, after=before)
    assert claimed(begun()) == (["x 0"] if status in {"completed", "failed", "cancelled"} else [])


def test_task_starts_where_the_one_before_it_is_gone():
    before = waiting(0)
    waiting(1, "y", after=before)
    before.delete()
    assert claimed(begun()) == ["y 0"]


def test_task_that_has_begun_goes_on_though_the_one_before_it_is_retried():
    before, run = batch("failed", status="failed", name="before"), begun()
    waiting(2, "y", after=before, concurrency=1)
    assert claimed(run) == ["y 0"]
    control.retry(before.pk)
    assert claimed(run) == ["before 0", "y 1"]


@pytest.mark.parametrize("fields", [{"status": state} for state in ("paused", "cancelled")] + [{"is_complete": False}])
def test_task_that_may_not_run_gives_nothing(fields):
    waiting(1, **fields)
    assert not turn(begun()).works


@pytest.mark.parametrize(
    ("states", "end"),
    [
        (["completed", "failed"], "completed"),
        (["failed", "failed"], "failed"),
        (["completed", "cancelled"], "completed"),
        (["completed", "running"], None),
        (["completed", "pending"], None),
    ],
)
def test_task_ends_with_its_last_question(states, end):
    task = batch(*states, webhook_url="https://example.com")
    task.items.filter(status="running").update(claim=uuid.uuid4())
    task.items.update(due_at=timezone.now() + timedelta(minutes=1))
    turn(begun())
    found = BatchTask.objects.get(pk=task.pk)
    assert history(task) == (["running", end] if end else ["running"])
    assert found.status == (end or "running")
    assert found.webhook_due_at == found.ended_at
    assert (found.ended_at is not None) == bool(end)


def test_last_answer_ends_the_task_in_the_turn_that_brings_it():
    task, run = waiting(2), begun()
    first, second = turn(run).claimed
    turn(run, failed(first), has={task.pk: 1})
    assert history(task) == ["pending", "running"]
    turn(run, answered(second))
    assert history(task) == ["pending", "running", "completed"]
    assert statuses(task) == ["failed", "completed"]


def test_task_ends_after_a_pause_in_which_its_last_question_did():
    task, run = waiting(1), begun()
    [item] = turn(run).claimed
    control.pause(task.pk)
    turn(run, answered(item))
    assert statuses(task) == ["completed"]
    control.resume(task.pk)
    turn(run)
    assert history(task) == ["pending", "running", "paused", "running", "completed"]


def test_run_learns_what_may_not_go_on():
    paused, ended, gone, goes_on = waiting(1), waiting(1), waiting(1), waiting(1)
    run, has = begun(), {task.pk: 1 for task in (paused, ended, gone, goes_on)}
    turn(run)
    control.pause(paused.pk)
    control.cancel(ended.pk)
    gone_id = gone.pk
    gone.delete()
    given = turn(run, has=has)
    assert given.paused == {paused.pk}
    assert given.ended == {ended.pk, gone_id}
    assert set(given.works) == {goes_on.pk}


def test_run_that_was_taken_for_dead_writes_nothing_and_gets_nothing():
    waiting(2, concurrency=1)
    run = begun()
    [item] = turn(run).claimed
    before = list(BatchItem.objects.values())
    BatchRun.objects.all().delete()
    with pytest.raises(RunLostError):
        turn(run, answered(item))
    assert list(BatchItem.objects.values()) == before


def test_what_a_turn_has_given_unheard_is_given_again():
    task, run = waiting(4, concurrency=2), begun()
    known = {item.pk for item in turn(run).claimed}
    turn(run)  # its end is not heard of
    assert statuses(task) == ["running"] * 4
    assert claimed(run, has={task.pk: 2}, knows=known) == []
    assert statuses(task) == ["running"] * 2 + ["pending"] * 2
    assert claimed(run) == ["x 2", "x 3"]
    assert set(task.items.values_list("delays", "attempts")) == {(0, 0)}
