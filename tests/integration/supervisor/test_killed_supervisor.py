"""A supervisor that is killed leaves nothing behind but calls that are being finished."""

import signal

from imagestudio.embedded import running
from tests.integration.supervisor.conftest import leave_calls, wait_until


def test_everything_ends_when_the_supervisor_is_killed(start, database, data):
    studio = start(emulator=True, embedded=True)
    studio.says("Open ")
    studio.signal(signal.SIGKILL)

    wait_until(lambda: studio.left() == [], shows=studio.said)
    assert {"web ended", "worker ended", "emulator ended"} <= set(studio.events())
    assert not running(data)


def test_calls_are_finished_first_and_a_new_studio_waits_for_them(start, database, data):
    leave_calls(data, 1)
    studio = start(emulator=True, embedded=True)
    studio.says("Open ")
    studio.signal(signal.SIGKILL)
    studio.process.wait(60)
    studio.happens("worker asked")
    studio.happens("web ended")

    following = start(emulator=True, embedded=True)
    following.says("waiting for the parts of a studio that was killed")
    assert running(data)
    assert "emulator asked" not in studio.events()
    assert studio.events().count("web started") == 1

    leave_calls(data, 0)
    following.says("Open ")
    ended = [studio.events().index(f"{part} ended") for part in ("worker", "emulator")]
    assert ended == sorted(ended)
