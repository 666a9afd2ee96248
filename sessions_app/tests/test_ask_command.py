"""`manage.py ask`: in this process with a scripted provider, and as a process of its own."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from providers_app.contract import (
    AnswerEnded,
    AnswerRestarted,
    ErrorReason,
    Origin,
    ProviderError,
    SourcesFound,
    TextDelta,
    Turn,
)
from providers_app.models import UsageRecord
from providers_app.tests.scripted import SOURCES
from rtrag_site.tests.environ import isolated
from rtrag_site.tests.playback import PLAYBACK
from sessions_app.models import Answer, RealtimeSession

pytestmark = pytest.mark.django_db(transaction=True)


def ask(question: str, **options: object) -> str:
    stdout = StringIO()
    call_command("ask", question, stdout=stdout, **options)
    return stdout.getvalue()


@pytest.mark.parametrize("blocking", [False, True])
def test_writes_the_answer_its_sources_and_who_gave_it(scripted, blocking):
    usage = {"prompt_tokens": 7}
    scripted.script = [
        SourcesFound(SOURCES),
        TextDelta("Press "),
        TextDelta("it."),
        AnswerEnded(model="m1", usage=usage),
    ]
    lines = ask("how", blocking=blocking, language="zh").splitlines()
    session = RealtimeSession.objects.get()
    assert lines[:5] == ["Press it.", "", "[1] Title", "", "answered by    scripted · m1"]
    assert re.fullmatch(r"first word     \d+ ms, whole answer \d+ ms", lines[5])
    assert lines[6:] == ["used           prompt tokens: 7", f"go on with     --conversation {session.name}"]
    assert (scripted.requests[0].origin, scripted.requests[0].language) == (Origin.COMMAND, "zh")
    assert Answer.objects.get().content == "Press it."
    assert session.end_reason == "disconnected"


def test_leaves_a_row_of_usage(scripted):
    scripted.script = [TextDelta("So."), AnswerEnded(model="m1")]
    ask("how")
    row = UsageRecord.objects.get()
    assert (row.origin, row.model, row.outcome) == (Origin.COMMAND, "m1", UsageRecord.Outcome.ANSWERED)


def test_goes_on_with_a_conversation(scripted):
    conversation = ask("what is it").split()[-1]
    assert ask("and why", conversation=conversation).split()[-1] == conversation
    assert scripted.requests[1].history == (Turn("what is it", "Because."),)


def test_complete_answer_holds_nothing_of_an_attempt_that_was_given_up(scripted):
    scripted.script = [TextDelta("Wro"), AnswerRestarted("unavailable"), TextDelta("Right."), AnswerEnded()]
    assert ask("why", blocking=True).startswith("Right.\n")
    assert ask("why").startswith("Wro\n\n(the answer begins anew)\n\nRight.\n")


@pytest.mark.parametrize(
    ("question", "options", "words"),
    [
        (" ", {}, "blank"),
        ("why", {"provider": "none"}, "No enabled provider is called 'none'"),
        ("why", {"conversation": "unknown"}, "No session of that id"),
    ],
)
def test_what_cannot_be_asked_ends_in_one_line(scripted, question, options, words):
    with pytest.raises(CommandError, match=words) as raised:
        ask(question, **options)
    assert (raised.value.returncode, str(raised.value).count("\n")) == (1, 0)


def test_provider_that_fails_ends_in_one_line(scripted):
    scripted.script = [TextDelta("Pre"), ProviderError(ErrorReason.INTERRUPTED, may_pass=True)]
    with pytest.raises(CommandError, match=r"\(interrupted\)"):
        ask("why")
    assert Answer.objects.get().outcome == "partial"


def test_ctrl_c_cancels_the_answer_and_puts_that_on_record(prepared_data, tmp_path):
    shutil.copytree(prepared_data, tmp_path / "data", symlinks=True)
    environment = isolated(os.environ, RTRAG_DATA_DIR=str(tmp_path / "data"), PYTHONUNBUFFERED="1") | PLAYBACK
    with subprocess.Popen(
        [sys.executable, "manage.py", "ask", "what is endless"],
        env=environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.read(len("The first sentence")) == "The first sentence"
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == " [\n"
        assert process.stderr.read() == "CommandError: Cancelled\n"
    assert process.returncode == 130
    with sqlite3.connect(tmp_path / "data" / "rtrag.sqlite3") as database:
        [row] = database.execute(
            "SELECT question.outcome, answer.outcome, content FROM sessions_app_answer answer "
            "JOIN sessions_app_question question ON question.id = question_id"
        ).fetchall()
    assert row == ("cancelled", "cancelled", "The first sentence [")
