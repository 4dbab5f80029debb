"""Bytes that are made while they leave: from any thread, given up at any time, ended once."""

import asyncio
from threading import Event, Thread

import pytest

from imagestudio.http.made import WHOLE, MadeChunks


class Work:
    """A generator that notes how it ended."""

    def __init__(self):
        self.ended = self.closed = 0

    def pieces(self, count, *, size=4):
        try:
            for _ in range(count):
                yield bytes(size)
        finally:
            self.ended += 1

    def count(self):
        self.closed += 1


@pytest.fixture
def work():
    return Work()


def test_small_pieces_leave_together_and_large_ones_as_they_are(work):
    chunks = MadeChunks(work.pieces(300_000, size=4), on_close=work.count)
    sizes = [len(chunk) for chunk in chunks]
    assert sizes == [WHOLE, WHOLE, 1_200_000 - 2 * WHOLE]
    assert (work.ended, work.closed) == (1, 1)


def test_asynchronously_too(work):
    async def read():
        return [chunk async for chunk in MadeChunks(work.pieces(5), on_close=work.count)]

    assert asyncio.run(read()) == [bytes(20)]
    assert (work.ended, work.closed) == (1, 1)


def test_given_up_before_the_first_piece(work):
    chunks = MadeChunks(work.pieces(5), on_close=work.count)
    chunks.close()
    chunks.close()
    assert (work.closed, list(chunks)) == (1, [])


def test_given_up_while_a_piece_is_made(work):
    entered, go_on = Event(), Event()

    def slow():
        yield b"x" * WHOLE
        entered.set()
        go_on.wait(60)
        yield b"y" * WHOLE

    chunks = MadeChunks(slow(), on_close=work.count)
    thread = Thread(target=list, args=[chunks])
    thread.start()
    entered.wait(60)
    chunks.close()  # does not wait for the piece
    assert work.closed == 0
    go_on.set()
    thread.join(60)
    assert work.closed == 1


def test_an_error_ends_it_and_is_seen(work):
    def broken():
        yield b"x" * WHOLE
        raise ValueError("no")

    chunks = MadeChunks(broken(), on_close=work.count)
    with pytest.raises(ValueError, match="no"):
        list(chunks)
    assert work.closed == 1
