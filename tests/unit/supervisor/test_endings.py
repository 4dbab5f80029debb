"""How the end of a process is told."""

import signal

import pytest

from imagestudio.keeper import exit_words


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "exit status 0"),
        (3, "exit status 3"),
        (128, "exit status 128"),
        (255, "exit status 255"),
        (128 + signal.SIGKILL, "killed by SIGKILL"),
        (-signal.SIGSEGV, "killed by SIGSEGV"),
    ],
)
def test_an_end_is_told_in_words(status, words):
    assert exit_words(status) == words
