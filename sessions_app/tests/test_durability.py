"""An acknowledged final survives `kill -9` of the server, whatever else was under way."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import environ
import psycopg
import pytest
from django.conf import settings
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from rtrag_site.tests.environ import isolated

KILLS = 50
SOCKETS = 3


@pytest.fixture
def environment(deployment: dict[str, str], tmp_path: Path, prepared_data: Path) -> dict[str, str]:
    """The variables of a server as after a first start."""
    data = tmp_path / "data"
    if not data.exists():
        shutil.copytree(prepared_data, data, symlinks=True)
    return isolated(os.environ, RTRAG_DATA_DIR=str(data), **deployment)


@pytest.fixture
def zygote(environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sessions_app.tests.crashing"],
        env={**environment, "DJANGO_SETTINGS_MODULE": "rtrag_site.settings"},
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        assert process.stdin
        process.stdin.close()


def stored_segments(environment: dict[str, str]) -> Counter[str]:
    """How often each final's text is on record."""
    query = "SELECT text FROM sessions_app_transcriptsegment"
    if url := environment.get("DATABASE_URL"):
        database = environ.Env.db_url_config(url)
        with psycopg.connect(
            host=database["HOST"], port=database["PORT"], user=database["USER"], dbname=database["NAME"]
        ) as connection:
            return Counter(row[0] for row in connection.execute(query))
    with closing(sqlite3.connect(Path(environment["RTRAG_DATA_DIR"]) / "rtrag.sqlite3")) as connection:
        return Counter(row[0] for row in connection.execute(query))


async def talk_until_killed(url: str, pid: int, name: str, acknowledged: set[str]) -> None:
    """Send finals as fast as they go; kill the server at the first `ack` of one."""
    try:
        async with connect(url) as socket:
            for number in range(20):
                text = f"sentence {name} {number}"
                await socket.send(json.dumps({"type": "asr_chunk", "text": text, "is_final": True, "segment_id": text}))
            while True:
                frame: dict[str, Any] = json.loads(await socket.recv())
                if frame["type"] == "ack" and frame.get("is_final"):
                    acknowledged.add(frame["segment_id"])
                    os.kill(pid, signal.SIGKILL)
    except (WebSocketException, OSError):
        return


@pytest.mark.timeout(240)
def test_acknowledged_finals_survive_kills(zygote, environment):
    url = f"ws://127.0.0.1:{int(zygote.stdout.readline())}{settings.WS_PATH}"
    acknowledged: set[str] = set()

    async def round_of(number: int, pid: int) -> None:
        names = [f"{number}-{socket}" for socket in range(SOCKETS)]
        await asyncio.gather(*(talk_until_killed(url, pid, name, acknowledged) for name in names))

    for number in range(KILLS):
        zygote.stdin.write("next\n")
        zygote.stdin.flush()
        asyncio.run(round_of(number, int(zygote.stdout.readline())))
    stored = stored_segments(environment)
    assert len({text.split()[1].partition("-")[0] for text in acknowledged}) == KILLS
    assert {text: stored[text] for text in acknowledged} == dict.fromkeys(acknowledged, 1)
    assert set(stored.values()) == {1}
