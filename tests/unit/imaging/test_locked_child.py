"""The child that decodes can do nothing else, and its end is never the studio's end (I26)."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from imagestudio.library.imaging import ImagingUnavailable, RefusedImage
from imagestudio.library.imaging import child as child_module
from imagestudio.library.imaging.answers import Facts
from imagestudio.library.imaging.child import Child, ChildLost
from imagestudio.library.imaging.pool import PICTURES_PER_CHILD, Pool
from tests import pictures

ENTER = "import sys; sys.path.append(sys.argv[1]); "
# A child in which one deed is replaced by what an exploited or broken decoder might do.
MISBEHAVING = ENTER + (
    "import os, signal, time; from locked import deeds, main; real = deeds.inspect\n"
    "def inspect(data):\n"
    "    if b'MISBEHAVE' in data: {deed}\n"
    "    return real(data)\n"
    "deeds.DEEDS['inspect'] = inspect; main.main()"
)
BAD = pictures.png() + b"MISBEHAVE"
GOOD = pictures.png()


@pytest.fixture
def pool():
    with_one_child = Pool(children=1)
    yield with_one_child
    with_one_child.close()


@pytest.fixture
def misbehaving():
    pools = []

    def make(deed, *, seconds=30.0):
        pools.append(Pool(children=1, seconds=seconds, boot=MISBEHAVING.format(deed=deed)))
        return pools[-1]

    yield make
    for one in pools:
        one.close()


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param("open('/etc/hostname')", id="open-a-file"),
        pytest.param("__import__('socket').socket()", id="open-a-socket"),
        pytest.param("os.write(os.open('/tmp/x', os.O_CREAT | os.O_WRONLY), b'x')", id="write"),
        pytest.param("os.pipe()", id="make-a-pipe"),
        pytest.param("bytearray(2_000_000_000)", id="take-2-GB"),
        pytest.param("__import__('resource').setrlimit(7, (64, 64))", id="unlock-itself"),
    ],
)
def test_a_locked_process_may_not(deed):
    code = (
        ENTER + "import os, socket, resource; from locked.limits import lock; lock()\n"
        f"try: {deed}\nexcept (OSError, MemoryError, ValueError): sys.exit(7)"
    )

    folder = str(Path(child_module.__file__).parent)
    ended = subprocess.run([sys.executable, "-I", "-c", code, folder], check=False, timeout=20)

    assert ended.returncode == 7


def test_a_child_knows_nothing_of_its_parent(pool, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "known to the parent alone")
    pool.ask("inspect", GOOD)
    process = Path(f"/proc/{only_child(pool).pid}")

    assert process.joinpath("environ").read_bytes() == b""
    assert {entry.name for entry in process.joinpath("fd").iterdir()} == {"0", "1", "2"}


def only_child(pool):
    return pool._free.queue[0]


def mime_of(pool, data):
    header, _ = pool.ask("inspect", data)
    return Facts(header).mime()


def test_one_child_serves_many_pictures_and_is_then_replaced(pool):
    seen = []
    for _ in range(PICTURES_PER_CHILD + 1):
        pool.ask("inspect", GOOD)
        seen.append(only_child(pool).pid)

    assert len(set(seen)) == 2
    assert seen[0] == seen[PICTURES_PER_CHILD - 2] != seen[PICTURES_PER_CHILD - 1]


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param("os.kill(os.getpid(), signal.SIGSEGV)", id="I26-segfault"),
        pytest.param("os._exit(1)", id="I26-exit"),
        pytest.param("os.write(1, bytes(8) * 1000)", id="I26-nonsense"),
        pytest.param("os.write(1, b'\\xff' * 8)", id="I26-endless-frame"),
        pytest.param("os.write(1, bytes(7) + b'\\x02[]')", id="I26-other-json"),
    ],
)
def test_a_crash_refuses_the_picture_and_the_next_one_is_fine(misbehaving, deed):
    pool = misbehaving(deed)

    with pytest.raises(RefusedImage) as refused:
        mime_of(pool, BAD)

    assert refused.value.code == "unreadable"
    assert mime_of(pool, GOOD) == "image/png"


@pytest.mark.parametrize(
    ("deed", "seconds"),
    [
        pytest.param("time.sleep(60)", 1.0, id="hang"),
        pytest.param("os.kill(os.getpid(), signal.SIGXCPU)", 30.0, id="processor-time"),
        pytest.param("bytearray(2_000_000_000)", 30.0, id="memory"),
    ],
)
def test_what_takes_too_much_is_too_complex(misbehaving, deed, seconds):
    pool = misbehaving(deed, seconds=seconds)

    with pytest.raises(RefusedImage) as refused:
        mime_of(pool, BAD)

    assert refused.value.code == "too_complex"
    assert mime_of(pool, GOOD) == "image/png"


def test_a_child_that_was_killed_while_idle_is_replaced_unnoticed(pool):
    pool.ask("inspect", GOOD)
    killed = only_child(pool).pid
    os.kill(killed, signal.SIGKILL)

    assert mime_of(pool, GOOD) == "image/png"
    assert only_child(pool).pid != killed


def test_a_child_that_never_comes_up_is_the_studios_fault():
    pool = Pool(children=1, boot="raise SystemExit(1)")

    with pytest.raises(ImagingUnavailable):
        pool.ask("inspect", GOOD)


def test_a_child_ends_when_its_parent_lets_go():
    child = Child()
    child.ask({"deed": "inspect"}, GOOD, seconds=30)

    child.let_go()

    assert child._process.wait(timeout=60) == 0


def test_after_its_end_a_child_answers_nobody():
    child = Child()
    child.end()

    with pytest.raises(ChildLost):
        child.ask({"deed": "inspect"}, GOOD, seconds=30)
    child.end()


def test_many_threads_share_few_children():
    pool, answers = Pool(children=2), []
    threads = [Thread(target=lambda: answers.append(mime_of(pool, GOOD))) for _ in range(20)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pool.close()

    assert answers == ["image/png"] * 20


def test_a_forked_process_starts_children_of_its_own(pool):
    pool.ask("inspect", GOOD)
    parents = only_child(pool)

    pool.forget()

    assert mime_of(pool, GOOD) == "image/png"
    assert only_child(pool).pid != parents.pid
    parents.end()
