"""Nothing that is killed keeps the next start from working, and nothing is left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

from imagestudio import embedded
from imagestudio.embedded.folders import folders_in
from imagestudio.embedded.probe import living_postmaster
from tests.integration.embedded.conftest import end_server, wait_until


def works(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("select 1").fetchone() == (1,)


def test_a_killed_server_starts_again(data):
    server = embedded.start(data, durable=False)
    os.kill(living_postmaster(folders_in(data)), signal.SIGKILL)
    assert server.keeper.wait(60) == 128 + signal.SIGKILL
    server.release()

    with embedded.ensure(data, durable=False) as url:
        assert works(url)


def test_the_server_ends_when_its_user_is_killed(data, start_user):
    user = start_user(data)
    user.url()
    user.kill()

    wait_until(lambda: living_postmaster(folders_in(data)) is None)
    assert not embedded.running(data)


def test_a_server_whose_keeper_was_killed_is_replaced(data):
    first = embedded.start(data, durable=False)
    pid = living_postmaster(folders_in(data))
    first.keeper.kill()
    first.keeper.wait(60)
    first.release()
    assert embedded.running(data)

    with embedded.ensure(data, durable=False) as url:
        assert works(url)
        assert living_postmaster(folders_in(data)) != pid
    assert not embedded.running(data)


def test_a_note_with_the_number_of_a_living_foreign_process_fools_nobody(data):
    server = embedded.start(data, durable=False)
    folders = folders_in(data)
    os.kill(living_postmaster(folders), signal.SIGKILL)
    server.keeper.wait(60)
    server.release()

    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as foreign:
        for note in (folders.cluster / "postmaster.pid", Path(f"{folders.socket}.lock")):
            lines = note.read_text().split("\n")
            note.write_text("\n".join([str(foreign.pid), *lines[1:]]))
        assert not embedded.running(data)

        with embedded.ensure(data, durable=False) as url:
            assert works(url)
        assert foreign.poll() is None


def test_the_server_of_a_copied_data_folder_is_another_one(data, tmp_path):
    with embedded.ensure(data, durable=False) as url:
        copy = tmp_path / "copy"
        subprocess.run(["cp", "-a", data, copy], check=True)
        with embedded.ensure(copy, durable=False) as other:
            assert other != url
            assert works(url)
            assert works(other)
        end_server(copy)
        assert works(url)
