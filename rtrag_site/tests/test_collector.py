"""Processes that live long spare the collector what they have loaded."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from rtrag_site.asgi import application
from rtrag_site.collector import spare_what_is_loaded
from rtrag_site.tests.environ import isolated
from sessions_app.domain.questions import load_detector

WORKER = """
import gc, os
from celery.signals import worker_process_init
from rtrag_site.celery import app

def tell(**_):
    os.write(1, b"%d\\n" % gc.get_freeze_count())

os.register_at_fork(before=tell)
worker_process_init.connect(tell)
app.worker_main(["--quiet", "worker", "--concurrency=1", "--loglevel=ERROR", "--without-gossip", "--without-mingle"])
"""
"""A worker that tells how many objects are spared: once just before it forks, and once in the process it made."""


def test_worker_is_spared_what_is_loaded_before_it_forks_and_so_are_its_processes(tmp_path: Path) -> None:
    environment = isolated(os.environ, RTRAG_DATA_DIR=str(tmp_path))
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER], env=environment, stdout=subprocess.PIPE, start_new_session=True
    )
    with worker:
        assert worker.stdout
        try:
            at_fork, in_process = int(worker.stdout.readline()), int(worker.stdout.readline())
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
    assert at_fork > 100_000
    assert 0.99 * at_fork < in_process <= at_fork


def test_web_process_is_spared_it_once_all_is_loaded() -> None:
    begins_with = application.application_mapping["lifespan"]._on_startup
    assert begins_with[:2] == [load_detector, spare_what_is_loaded]
