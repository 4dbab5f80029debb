"""K15: there is no room in storage when a paid picture has arrived."""

from imagestudio.library import storage
from tests.crash.forge import wait_until
from tests.crash.studio import SIGKILLED


def test_k15_a_picture_waits_for_storage_without_another_call(studio):
    generation = studio.ask()

    worker = studio.worker(storage_away=3, until_idle=True)
    assert worker.wait() == 0, worker.said()

    assert worker.said().count("A paid result") == 3
    books = studio.books(generation)
    assert (books.state, books.calls, books.holds) == ("completed", [1], ["settled"])
    assert storage.exists(generation.image.file.key)


def test_k15_a_worker_that_dies_waiting_for_storage_leaves_the_picture_to_another(studio):
    generation = studio.ask()
    worker = studio.forge.fork(storage_away=1000)
    wait_until(lambda: "A paid result waits" in worker.said())
    worker.kill()
    assert worker.wait() == SIGKILLED

    studio.look_after(rounds=2)

    books = studio.books(generation)
    assert (books.state, books.calls, books.holds) == ("completed", [1], ["settled"])
