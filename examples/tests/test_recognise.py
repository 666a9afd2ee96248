"""Speech that is really synthesised, really recognised and really answered."""

import sqlite3
import subprocess
import sys
import wave
from pathlib import Path

import pytest
from django.conf import settings

from rtrag_site.tests.servers import StartServer

SCRIPT = settings.BASE_DIR / "examples" / "recognise.py"
QUESTION = "how do i delete a document"
NOWHERE = "ws://127.0.0.1:1/ws/realtime-asr"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def spoken(espeak: str, tmp_path: Path) -> Path:
    """A file in which somebody greets, so that the recogniser gets used to the voice, and then asks the question."""
    path = tmp_path / "question.wav"
    text = f'<speak><break time="500ms"/>thank you for coming to this meeting<break time="1200ms"/>{QUESTION}</speak>'
    subprocess.run([espeak, "-v", "en-us+f2", "-s", "150", "-m", "-w", path, text], check=True)
    return path


@pytest.mark.usefixtures("pocketsphinx")
def test_spoken_question_is_recognised_and_answered(spoken: Path, server: StartServer, tmp_path: Path) -> None:
    ended = run(spoken, "--fast", "--url", server().ws_url)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "  ..: " in ended.stdout
    assert f"said: {QUESTION}" in ended.stdout
    with sqlite3.connect(tmp_path / "data" / "rtrag.sqlite3") as database:
        [(text, content, outcome)] = database.execute(
            "SELECT question.text, answer.content, answer.outcome FROM sessions_app_answer AS answer"
            " JOIN sessions_app_question AS question ON question.id = answer.question_id"
        )
    assert (text, outcome) == (QUESTION, "complete")
    assert "delete" in content
    assert content in ended.stdout


def test_file_that_is_missing_is_said_in_one_line(tmp_path: Path) -> None:
    ended = run(tmp_path / "none.wav")
    assert ended.returncode == 2
    assert ended.stderr == f"recognise.py: {tmp_path}/none.wav cannot be read: No such file or directory\n"


def test_file_of_other_sound_is_said_in_one_line(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "stereo.wav"), "wb") as file:
        file.setparams((2, 2, 44_100, 0, "NONE", ""))
    ended = run(tmp_path / "stereo.wav")
    assert ended.returncode == 2
    assert "must be mono, 16 bit" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.usefixtures("pocketsphinx")
def test_service_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "silence.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
    ended = run(tmp_path / "silence.wav", "--url", NOWHERE)
    assert ended.returncode == 2
    assert ended.stderr == f"recognise.py: cannot connect to {NOWHERE}; is the service running there?\n"
