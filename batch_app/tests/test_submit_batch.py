"""`manage.py submit_batch`: what it hands in, and what it says."""

import asyncio
import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from batch_app import control
from batch_app.management import waiting
from batch_app.management.commands.submit_batch import Command
from batch_app.models import BatchItem, BatchTask, BatchWorker
from batch_app.tests.batches import run_until_idle
from batch_app.tests.rows import batch, end_item
from providers_app.contract import AnswerEnded, ErrorReason, ProviderError, TextDelta
from providers_app.models import ProviderConfig

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rings")]
Submit = Callable[..., str]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.txt"
    file.write_text("how\nwhy\n")
    return file


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What has been written to standard error."""
    return lambda: capsys.readouterr().err


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch, scripted) -> None:
    """A worker does what there is to do while the command waits."""
    monkeypatch.setattr(waiting, "sleep", lambda _seconds: asyncio.run(run_until_idle()))


def submit(file: Path | str, *arguments: str) -> str:
    out = io.StringIO()
    call_command("submit_batch", str(file), *arguments, stdout=out)
    return out.getvalue()


def refusal(file: Path | str, *arguments: str) -> tuple[int, str]:
    """The exit code and the last line."""
    with pytest.raises(CommandError) as error:
        submit(file, *arguments)
    return error.value.returncode, str(error.value)


def texts() -> list[tuple[str, str]]:
    return list(BatchItem.objects.order_by("index").values_list("text", "custom_id"))


def test_list_is_handed_in_and_its_submitter_told_where_to_watch(questions, said, settings):
    settings.HOST, settings.PORT = "::", 8123
    lines = submit(questions).splitlines()
    task = BatchTask.objects.get()
    assert lines == [
        f"batch        {task.pk}",
        "questions    2",
        f"watch it at  http://[::1]:8123/batches/{task.pk}/ (as HOST and PORT say)",
    ]
    assert (task.name, task.origin, task.description) == ("questions.txt", "command", "")
    assert texts() == [("how", ""), ("why", "")]
    assert "No worker takes batches now" in said()


def test_worker_that_is_there_is_not_missed(questions, said):
    BatchWorker.objects.create(name="celery@here", seen_at=timezone.now())
    submit(questions)
    assert said() == ""


def test_every_option_reaches_the_batch(questions):
    ProviderConfig.objects.create(name="mine", kind="knowledge", is_enabled=True, is_choosable=False)
    first = batch("pending")
    submit(
        questions,
        *("--name", "November", "--description", "all of it", "--provider", "mine", "--no-search"),
        *("--concurrency", "3", "--priority", "-2", "--start-at", "2030-01-02T03:04+01:00", "--after", str(first.pk)),
        *("--webhook-url", "https://example.com/done", "--idempotency-key", "n-1"),
    )
    task = BatchTask.objects.get(name="November")
    assert (task.description, task.provider, task.search) == ("all of it", "mine", False)
    assert (task.concurrency, task.priority, task.after_id) == (3, -2, first.pk)
    assert task.start_at == datetime(2030, 1, 2, 2, 4, tzinfo=UTC)
    assert (task.webhook_url, task.idempotency_key) == ("https://example.com/done", "n-1")


def test_time_without_a_zone_is_in_that_of_the_service(questions, settings):
    settings.TIME_ZONE = "Asia/Shanghai"
    with timezone.override("Asia/Shanghai"):
        submit(questions, "--start-at", "2030-01-02T03:04")
    assert BatchTask.objects.get().start_at == datetime(2030, 1, 1, 19, 4, tzinfo=UTC)


def test_help_names_the_zone_of_a_time_without_one(capsys, settings):
    settings.TIME_ZONE = "Asia/Shanghai"
    with pytest.raises(SystemExit):
        Command().run_from_argv(["manage.py", "submit_batch", "--help"])
    assert "TIME_ZONE, Asia/Shanghai" in " ".join(capsys.readouterr().out.split())


def test_same_key_hands_in_once(questions):
    first, again = (submit(questions, "--idempotency-key", "a") for _ in range(2))
    assert again.splitlines()[0] == first.splitlines()[0] + " (there already)"
    assert BatchTask.objects.count() == 1


def test_standard_input_is_text_unless_told_otherwise(monkeypatch):
    for content, options in (
        (b"how, and why\n", ()),
        (b'{"ask": "who", "key": 7}\n', ("--kind", "jsonl", "--column", "ask")),
    ):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        submit("-", *options)
    assert list(BatchTask.objects.values_list("name", flat=True)) == ["stdin", "stdin"]
    assert sorted(BatchItem.objects.values_list("text", flat=True)) == ["how, and why", "who"]


def test_table_is_read_by_its_columns(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("key,asked\na,how\nb,why\n")
    submit(file, "--column", "asked", "--id-column", "key")
    assert texts() == [("how", "a"), ("why", "b")]


def test_every_wrong_line_is_named_and_left_out_only_where_that_is_wanted(tmp_path, said):
    file = tmp_path / "list.jsonl"
    file.write_text('"how"\n{\n\n"why"\n3\n')
    assert refusal(file) == (2, "2 lines cannot be taken; --skip-invalid takes the others")
    assert said() == "line 2: not json\nline 5: not text\n"
    assert not BatchTask.objects.exists()
    assert "questions    2, 2 lines left out" in submit(file, "--skip-invalid")
    assert "line 5: not text" in said()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kind", "xlsx"], "invalid choice"),
        (["--column", "3", "--kind", "csv"], "There is no column '3'"),
        (["--provider", "nobody"], "This provider may not be chosen"),
        (["--concurrency", "0"], "The concurrency is a number from 1"),
        (["--priority", "11"], "The priority is a number"),
        (["--start-at", "soon"], "a time such as"),
        (["--start-at", "0001-01-01T00:00+01:00"], "a time such as"),
        (["--after", "00000000-0000-0000-0000-000000000000"], "No batch has the id"),
        (["--webhook-url", "ftp://x"], "must begin with http"),
        (["--name", "x" * 101], "at most 100 characters are expected, not 101"),
        (["--output", "results.xlsx"], "a name that ends in .jsonl or .csv"),
        (["--output", "/nowhere/results.csv"], "there is no folder"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(questions, arguments, words):
    with pytest.raises(CommandError, match=words):
        submit(questions, *arguments)
    assert not BatchTask.objects.exists()


def test_list_that_cannot_be_read_ends_with_two(tmp_path):
    pdf = tmp_path / "list.txt"
    pdf.write_bytes(b"%PDF-1.7")
    assert refusal(pdf)[0] == 2
    assert refusal(tmp_path / "none.txt") == (2, f"{tmp_path / 'none.txt'}: No such file or directory")


def test_full_queue_ends_with_one(questions, settings):
    settings.BATCH_MAX_QUEUE_SIZE = 1
    submit(questions)
    assert refusal(questions)[0] == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_results_are_written_once_all_is_answered(questions, work, tmp_path, ending):
    output = tmp_path / f"results.{ending}"
    assert submit(questions, "--output", str(output)).endswith("ended        2 answered, 0 failed, 0 cancelled\n")
    lines = output.read_text(encoding="utf-8-sig").splitlines()
    rows = [json.loads(line) for line in lines] if ending == "jsonl" else list(csv.DictReader(lines))
    assert [row["text"] for row in rows] == ["how", "why"]
    assert {row["result" if ending == "jsonl" else "answer"] for row in rows} == {"Because."}


@pytest.mark.django_db(transaction=True)
def test_question_without_an_answer_ends_with_one_after_the_results_are_written(questions, work, scripted, tmp_path):
    scripted.first = [[ProviderError(ErrorReason.REJECTED, may_pass=False)]]
    scripted.script = [TextDelta("So."), AnswerEnded()]
    output = tmp_path / "results.jsonl"
    assert refusal(questions, "--output", str(output)) == (1, "1 answered, 1 failed, 0 cancelled")
    assert sorted(json.loads(line)["status"] for line in output.read_text().splitlines()) == ["completed", "failed"]


def test_cancelled_batch_ends_the_waiting_with_one(questions, monkeypatch):
    monkeypatch.setattr(waiting, "sleep", lambda _seconds: control.cancel(BatchTask.objects.get().pk))
    assert refusal(questions, "--wait") == (1, "0 answered, 0 failed, 2 cancelled")


def test_deleted_batch_ends_the_waiting(questions, monkeypatch):
    monkeypatch.setattr(waiting, "sleep", lambda _seconds: BatchTask.objects.all().delete())
    assert refusal(questions, "--wait") == (1, "No batch has this id.")


def test_interrupt_ends_the_waiting_and_not_the_batch(questions, monkeypatch):
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(waiting, "sleep", interrupt)
    assert refusal(questions, "--wait") == (130, "No longer waiting; the batch goes on")
    assert BatchTask.objects.get().status == "pending"


def test_bar_shows_how_far_a_batch_has_come(monkeypatch):
    from rich.console import Console

    task = batch("completed", "running", "pending")
    left = [1, 2]

    def go_on(_seconds: float) -> None:
        end_item(task, left.pop(0))
        if not left:
            BatchTask.objects.update(status="completed")

    monkeypatch.setattr(waiting, "sleep", go_on)
    file = io.StringIO()
    counts = waiting.wait_for_end(task.pk, Console(file=file, force_terminal=True))
    assert counts.completed == 3
    assert "3/3" in file.getvalue()
