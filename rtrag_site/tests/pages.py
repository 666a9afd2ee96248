"""The examples of a page of documentation, to be run as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from rtrag_site.tests.environ import isolated
from rtrag_site.tests.servers import Server

ADDRESS = "http://127.0.0.1:8000"
SOCKET_ADDRESS = "ws://127.0.0.1:8000/ws/realtime-asr"
INTERPRETERS = {"python": sys.executable, "sh": "sh"}


class Example(NamedTuple):
    language: str
    text: str

    def replace(self, old: str, new: str) -> "Example":
        """With something else in its place, which must be there."""
        assert old in self.text
        return self._replace(text=self.text.replace(old, new))

    def asking(self, server: Server) -> "Example":
        """With the address of that server in place of the usual one."""
        text = self.text.replace(ADDRESS, server.url).replace(SOCKET_ADDRESS, server.ws_url)
        assert text != self.text
        return self._replace(text=text)

    def run(self, folder: Path = settings.BASE_DIR, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run it in that folder, with these variables."""
        command = [INTERPRETERS[self.language], "-c", self.text]
        env = isolated(os.environ, **variables)
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=folder, env=env)

    def output(self, folder: Path = settings.BASE_DIR, **variables: str) -> str:
        """What it writes when it is run like that."""
        result = self.run(folder, **variables)
        assert result.returncode == 0, result.stderr
        return result.stdout


def examples(page: Path, heading: str) -> list[Example]:
    """Those below the heading, with those of the headings below it."""
    _, _, section = page.read_text().partition(f"\n## {heading}\n")
    section = section.partition("\n## ")[0]
    found = re.findall(r"^```(python|sh)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return [Example(*each) for each in found]
