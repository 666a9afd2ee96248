"""The examples of docs/http-api.md, run as they stand there against a whole server."""

import re
import subprocess
import sys

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


def test_examples_of_openais_api_get_answers(server: StartServer) -> None:
    url = server().url
    whole, follow_up, shell = (output(*example, url) for example in examples("As a model of OpenAI's API"))
    assert re.search(r"learn.*\[1\]", whole)
    assert re.search(r"^\[1\] \S", whole, re.MULTILINE)
    assert re.search(r"[Dd]eep learning.*\[1\]", follow_up)
    assert shell.startswith('data: {"id":"chatcmpl-')
    assert shell.endswith("data: [DONE]\n\n")
