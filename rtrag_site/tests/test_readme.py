import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from rtrag_site.refusals import RequestCode
from rtrag_site.tests.environ import documented, isolated
from rtrag_site.tests.servers import Server
from sessions_app.domain.protocol import ErrorCode

ROOT: Path = settings.BASE_DIR
READMES = [ROOT / "README.md", ROOT / "docs" / "README.zh-CN.md"]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/**/*.md")])
GUIDES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
EXAMPLE_ADDRESS = "ws://127.0.0.1:8000/ws/realtime-asr"


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path, language: str = r"\w*") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    """What the page shows as something to type or set: its code blocks and its inline code."""
    return [*blocks(page), *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", page.read_text())]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_relative_links_lead_to_something(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_exist(page: Path) -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for command in commands(page) for target in re.findall(r"(?:^|\s)make ([a-z-]+)", command)}
    assert named - known == set()


@pytest.mark.parametrize("page", GUIDES, ids=name)
def test_variables_stand_in_the_example_environment(page: Path) -> None:
    text = "\n".join(commands(page))
    named = set(re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", text))
    named |= set(re.findall(r"(?:^|\s)([A-Z][A-Z0-9_]+)=", text))
    others = {*ErrorCode, *RequestCode, "LC_MESSAGES", "FOLDER"}  # the last one is make's
    assert named - documented().keys() - others == set()


def test_both_readmes_have_the_same_structure() -> None:
    english, chinese = (re.findall(r"^(#+ |```|\d\. |- |!\[)", page.read_text(), re.MULTILINE) for page in READMES)
    assert english == chinese


def test_both_readmes_give_the_same_commands() -> None:
    english, chinese = (
        [line.split("#")[0].rstrip() for line in blocks(page, "sh")[0].splitlines()] for page in READMES
    )
    assert english == chinese


def test_the_socket_examples_get_an_answer(shared_server: Server, tmp_path: Path) -> None:
    for page, phrase in zip(READMES, ("Machine learning", "机器学习"), strict=True):
        [example] = blocks(page, "python")
        assert EXAMPLE_ADDRESS in example
        script = tmp_path / "ask.py"
        script.write_text(example.replace(EXAMPLE_ADDRESS, shared_server.ws_url))
        result = subprocess.run(
            [sys.executable, str(script)], capture_output=True, text=True, timeout=30, check=False, env=isolated({})
        )
        assert result.returncode == 0, result.stderr
        lines = result.stdout.splitlines()
        assert lines[0] == "ack connected"
        assert lines[-1] == "status idle"
        assert any(line.startswith("answer") and phrase in line for line in lines), result.stdout
