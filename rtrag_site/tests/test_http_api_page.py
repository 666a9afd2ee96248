"""The examples of docs/http-api.md, run as they stand there against a whole server."""

import os
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from rtrag_site.tests.environ import isolated
from rtrag_site.tests.servers import StartServer

PAGE = settings.BASE_DIR / "docs" / "http-api.md"
ADDRESS = "http://127.0.0.1:8000"
INTERPRETERS = {"python": sys.executable, "sh": "sh"}


def examples(heading: str) -> list[tuple[str, str]]:
    """The examples below the heading, each with its language."""
    _, _, section = PAGE.read_text().partition(f"\n## {heading}\n")
    section = section.partition("\n## ")[0]
    return re.findall(r"^```(python|sh)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def output(language: str, example: str, url: str) -> str:
    """What the example writes when its server has another address."""
    assert ADDRESS in example
    command = [INTERPRETERS[language], "-c", example.replace(ADDRESS, url)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=isolated({}))
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_examples_of_one_question_get_answers(server: StartServer) -> None:
    url = server().url
    streamed, conversation = (output(*example, url) for example in examples("One question"))
    assert streamed.startswith("id: 1\nevent: status\ndata: {")
    assert streamed.endswith("event: end\ndata: {}\n\n")
    assert re.search(r"learn.*\[1\]", conversation)
    assert re.search(r"[Dd]eep learning.*\[1\]", conversation)


def test_commands_of_the_shell_get_answers(server: StartServer, tmp_path: Path) -> None:
    running = server()
    for (_, example), end in zip(examples("From the shell"), ("--conversation", "closed with 1000"), strict=True):
        result = subprocess.run(
            ["sh", "-c", example.replace("ws://127.0.0.1:8000/ws/realtime-asr", running.ws_url)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=settings.BASE_DIR,
            env=isolated(os.environ, RTRAG_DATA_DIR=str(tmp_path / "data")),
        )
        assert (result.returncode, result.stderr) == (0, "")
        assert "[1]" in result.stdout
        assert end in result.stdout.splitlines()[-1]


def test_examples_of_openais_api_get_answers(server: StartServer) -> None:
    url = server().url
    whole, follow_up, shell = (output(*example, url) for example in examples("As a model of OpenAI's API"))
    assert re.search(r"learn.*\[1\]", whole)
    assert re.search(r"^\[1\] \S", whole, re.MULTILINE)
    assert re.search(r"[Dd]eep learning.*\[1\]", follow_up)
    assert shell.startswith('data: {"id":"chatcmpl-')
    assert shell.endswith("data: [DONE]\n\n")
