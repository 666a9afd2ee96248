"""The examples of docs/http-api.md, run as they stand there against a whole server."""

import re
from pathlib import Path

from django.conf import settings

from rtrag_site.tests.pages import examples
from rtrag_site.tests.servers import Server, StartServer

PAGE = settings.BASE_DIR / "docs" / "http-api.md"


def test_examples_of_one_question_get_answers(shared_server: Server) -> None:
    streamed, conversation = (example.asking(shared_server).output() for example in examples(PAGE, "One question"))
    assert streamed.startswith("id: 1\nevent: status\ndata: {")
    assert streamed.endswith("event: end\ndata: {}\n\n")
    assert re.search(r"learn.*\[1\]", conversation)
    assert re.search(r"[Dd]eep learning.*\[1\]", conversation)


def test_commands_of_the_shell_get_answers(server: StartServer, tmp_path: Path) -> None:
    question, conversation = examples(PAGE, "From the shell")
    shell = (question, "--conversation"), (conversation.asking(server()), "closed with 1000")
    for example, end in shell:
        result = example.run(RTRAG_DATA_DIR=str(tmp_path / "data"))
        assert (result.returncode, result.stderr) == (0, "")
        assert "[1]" in result.stdout
        assert end in result.stdout.splitlines()[-1]


def test_examples_of_openais_api_get_answers(shared_server: Server) -> None:
    heading = "As a model of OpenAI's API"
    whole, follow_up, shell = (example.asking(shared_server).output() for example in examples(PAGE, heading))
    assert re.search(r"learn.*\[1\]", whole)
    assert re.search(r"^\[1\] \S", whole, re.MULTILINE)
    assert re.search(r"[Dd]eep learning.*\[1\]", follow_up)
    assert shell.startswith('data: {"id":"chatcmpl-')
    assert shell.endswith("data: [DONE]\n\n")
