"""The places on a machine where batches are run."""

import multiprocessing
import signal
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pytest
from filelock import Timeout

from batch_app.running import lane

WAIT_S = 10
forked = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR, settings.BATCH_PROCESSES = tmp_path, 1
    return tmp_path


def hold(told: Connection) -> None:
    with lane() as name:
        told.send(name)
        signal.pause()


@pytest.fixture
def other():
    """Starts a process that holds a lane; gives the process and the lane's name."""
    processes = []

    def start() -> tuple[BaseProcess, str]:
        heard, told = forked.Pipe(duplex=False)
        process = forked.Process(target=hold, args=(told,))
        process.start()
        processes.append(process)
        assert heard.poll(WAIT_S)
        return process, heard.recv()

    yield start
    for process in processes:
        process.kill()
        process.join(WAIT_S)


def test_lane_belongs_to_one_process(other: Callable[[], tuple[BaseProcess, str]]):
    _, name = other()
    with lane() as own:
        assert name
        assert own == ""


def test_killed_process_frees_its_lane_under_the_same_name(other: Callable[[], tuple[BaseProcess, str]]):
    process, name = other()
    process.kill()
    process.join(WAIT_S)
    assert process.exitcode == -signal.SIGKILL
    with lane() as own:
        assert own == name


def test_each_process_has_a_lane_of_its_own_as_far_as_there_are(settings, other):
    settings.BATCH_PROCESSES = 2
    names = [other()[1] for _ in range(3)]
    assert names[2] == ""
    assert len({names[0], names[1], ""}) == 3


def test_lane_is_free_at_the_end_whatever_happens_in_it():
    with lane() as first:
        pass
    with pytest.raises(Timeout), lane():
        raise Timeout("another lock")
    with lane() as second:
        assert first == second != ""


def test_lanes_of_another_machine_with_the_same_name_are_others(settings, tmp_path):
    with ExitStack() as stack:
        first = stack.enter_context(lane())
        settings.DATA_DIR = tmp_path / "elsewhere"
        second = stack.enter_context(lane())
    assert first.rpartition("/")[0] == second.rpartition("/")[0]
    assert first != second


def test_mark_that_was_half_written_is_made_anew(folder):
    with lane():
        pass
    (folder / "batches" / "lane-0.id").write_text("")
    with lane() as first:
        assert not first.endswith("/")
    with lane() as second:
        assert second == first
