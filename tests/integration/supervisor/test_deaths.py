"""A part that dies is noticed, said and started again, and the others go on."""

import os
import signal
from pathlib import Path

import pytest

from imagestudio.embedded import running
from imagestudio.embedded.folders import folders_in
from imagestudio.embedded.probe import living_postmaster
from tests.integration.supervisor.conftest import wait_until


@pytest.mark.parametrize("part", ["web", "worker", "emulator"])
def test_a_killed_part_is_said_and_started_again(start, part):
    studio = start(emulator=True)
    studio.says("Open ")
    os.kill(studio.pids(f"{part} started")[0], signal.SIGKILL)

    studio.says(f"the {part} ended unexpectedly (killed by SIGKILL); starting it again")
    studio.happens(f"{part} started", times=2)
    assert len(studio.events()) == 5  # the preparation, three parts, and one again


def test_a_killed_database_is_said_and_started_again(start, database, data):
    studio = start(embedded=True)
    studio.says("Open ")
    os.kill(living_postmaster(folders_in(data)), signal.SIGKILL)

    studio.says("PostgreSQL ended unexpectedly (killed by SIGKILL); starting it again")
    wait_until(lambda: running(data))
    assert studio.events().count("web started") == 1
    studio.signal(signal.SIGTERM)
    assert studio.ends() == 0


def test_what_a_killed_part_leaves_behind_is_cleared_away(start, data):
    data.joinpath("web.forks").touch()
    studio = start()
    studio.says("Open ")
    (child,) = studio.pids("web forked")
    os.kill(studio.pids("web started")[0], signal.SIGKILL)

    studio.happens("web started", times=2)
    assert not Path(f"/proc/{child}/exe").exists()


def test_a_part_whose_keeper_is_killed_does_not_run_twice(start):
    studio = start()
    studio.says("Open ")
    (worker,) = studio.pids("worker started")
    keeper = int(Path(f"/proc/{worker}/stat").read_text().rsplit(")", 1)[1].split()[1])
    os.kill(keeper, signal.SIGKILL)

    studio.happens("worker started", times=2)
    assert not Path(f"/proc/{worker}/exe").exists()


def test_a_part_that_ends_again_and_again_is_given_up(start, data):
    data.joinpath("worker.fails").touch()
    studio = start(emulator=True)

    assert studio.ends() == 1
    assert studio.said().count("the worker ended unexpectedly (exit status 3)") == 3
    assert "the worker ends again and again (exit status 3). Giving up." in studio.said()
    assert studio.events().count("worker started") == 4
    assert studio.events()[-2:] == ["emulator asked", "emulator ended"]
