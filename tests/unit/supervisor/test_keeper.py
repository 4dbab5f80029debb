"""The keeper of a program: whatever the moment at which nobody needs the program any more."""

import os
import signal
import subprocess

import pytest

from imagestudio import keeper


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_program_that_nobody_needs_from_the_start_ends(stop):
    for _ in range(40):
        leash, held = os.pipe()
        command = keeper.command_line(["sleep", "60"], leash=leash, stop=stop, grace=None)
        with subprocess.Popen(command, pass_fds=[leash], start_new_session=True) as kept:
            os.close(leash)
            os.close(held)
            try:
                assert kept.wait(60) in (-signal.SIGKILL, 128 + stop)
            finally:
                kept.kill()
