"""The examples of docs/batches.md, run as they stand there against a whole server with its worker."""

import csv
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from batch_app.entries import Problem
from batch_app.models import BatchTask
from batch_app.refusals import Code
from rtrag_site.tests.pages import examples
from rtrag_site.tests.processes import until
from rtrag_site.tests.servers import Server, StartServer

PAGE = settings.BASE_DIR / "docs" / "batches.md"
CHINESE = settings.BASE_DIR / "docs" / "batches.zh-CN.md"
LOCAL = {"PROVIDER_PRIVATE_ADDRESSES": "127.0.0.1"}


def ended(running: Server, task_id: str) -> dict[str, Any]:
    """The batch, once it has ended."""

    def look() -> dict[str, Any]:
        task: dict[str, Any] = running.get(f"/api/batch/tasks/{task_id}")
        return task if task["ended_at"] else {}

    return until(look, "the end of the batch")


def answered(file: Path) -> list[str]:
    """The ids of the questions that have an answer, as a file of results has them."""
    rows = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    return [row["custom_id"] for row in rows if row["status"] == "completed" and row["answer"]]


def test_examples_of_submitting_watching_and_downloading_work(server: StartServer, tmp_path: Path) -> None:
    running = server(worker=True)
    by_curl, by_python, by_file = (example.asking(running) for example in examples(PAGE, "Over HTTP"))
    submitted = json.loads(by_curl.output())
    assert submitted["total_items"] == 2

    lines = by_python.output().splitlines()
    answers = [line for line in lines if line.startswith("completed")]
    assert re.search(r"machine learning\? → .*learn.*\[1\]", "\n".join(answers))
    assert len(answers) == 2

    preview, upload = by_file.output(tmp_path).replace("}{", "}\n{").splitlines()
    assert json.loads(preview)["count"] == 2
    task_id = json.loads(upload)["task_id"]
    assert ended(running, task_id)["progress"]["completed"] == 2

    [watching] = [each for each in examples(PAGE, "Watching") if each.language == "python"]
    assert watching.asking(running).replace("TASK-ID", task_id).output().startswith("100")

    [download] = examples(PAGE, "Results")
    download.asking(running).replace("TASK-ID", task_id).output(tmp_path)
    [downloaded] = tmp_path.glob("*november*.csv")
    assert answered(downloaded) == ["row-1", "row-2"]

    [shell] = examples(PAGE, "From the shell")
    here = shell.replace("questions.csv", f"{tmp_path}/questions.csv").replace("answers.csv", f"{tmp_path}/answers.csv")
    assert "2 answered" in here.output(RTRAG_DATA_DIR=f"{tmp_path}/data")
    assert answered(tmp_path / "answers.csv") == ["row-1", "row-2"]


def test_example_of_a_webhook_receives_a_signed_call(server: StartServer, tmp_path: Path) -> None:
    running = server(LOCAL, worker=True)
    receiving, submitting = (each for each in examples(PAGE, "Watching") if each.language == "sh")
    here = receiving.replace("var/", f"{tmp_path}/data/").replace("--port 9000", "--port 0")
    command = here.replace(".venv/bin/python", "exec .venv/bin/python").text  # so that it can be ended
    with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR) as receiver:
        try:
            assert receiver.stdout
            url = receiver.stdout.readline().removeprefix("Listening on ").strip()
            submitted = json.loads(submitting.replace("http://127.0.0.1:9000", url).asking(running).output())
            assert " batch.completed: " in receiver.stdout.readline()
            path = f"/api/batch/tasks/{submitted['task_id']}"
            webhook = until(
                lambda: running.get(path)["webhook"]["outcome"] and running.get(path)["webhook"], "the record"
            )
            assert webhook == {"outcome": "delivered", "attempts": 1}
        finally:
            receiver.kill()


@pytest.mark.parametrize("page", [PAGE, CHINESE])
@pytest.mark.parametrize("words", [BatchTask.Status, Problem, Code])
def test_page_names_every_word_that_programs_get(page: Path, words: Any) -> None:
    text = page.read_text()
    assert [str(word) for word in words if f"`{word}`" not in text] == []


def test_both_languages_have_the_same_structure_and_examples() -> None:
    def shape(page: Path) -> list[str]:
        text = page.read_text()
        return re.findall(r"^(?:#+ |- |\|(?: `[a-z_0-9]+`)?|```.*?^```$)", text, re.MULTILINE | re.DOTALL)

    assert shape(PAGE) == shape(CHINESE)
