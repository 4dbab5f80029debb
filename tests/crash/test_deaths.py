"""K2 to K11: a worker dies by SIGKILL at each point, and another looks after what it left.

All deaths come first, each with a wish of its own; then time passes, and one fresh worker does
what there is to do. What the books then say of each wish stands in a table.
"""

from typing import Any

import pytest

from imagestudio.library.models import Rendition
from tests import pictures
from tests.crash.forge import wait_until
from tests.crash.studio import Studio
from tests.factories import make_image

# The ways it can stand in the end; `calls` by the charge book, for each attempt.
DONE = {"state": "completed", "attempts": ["succeeded"], "holds": ["settled"], "calls": [1]}
DONE_SECOND = DONE | {
    "attempts": ["failed", "succeeded"],
    "holds": ["released", "settled"],
    "calls": [1, 1],
}
# The log shows that nothing was billed: the money is given back, and the person may try again.
FREE = {"state": "failed", "attempts": ["not_billed"], "holds": ["released"], "calls": [1]}
FREE_UNCALLED = FREE | {"calls": [0]}
WAITING = "K7 while the call waits"

TABLE = {
    "K11 during the renditions": ("completed", DONE),
    "K2 fetched, not claimed": ("queued", DONE),
    "K3 claimed": ("running", DONE),
    "K3 before sent": ("running", DONE),
    "K3 sent, not committed": ("running", DONE),
    "K4 before the new attempt": ("running", FREE),
    "K5 sent committed": ("running", FREE_UNCALLED),
    "K6 the body half sent": ("running", FREE),
    WAITING: ("running", DONE),
    "K8 answered, nothing kept": ("running", DONE),
    "K8 answer kept, bytes not": ("running", DONE),
    "K9 bytes kept, rows not": ("running", DONE),
    "K9 settled, not committed": ("running", DONE),
    "K10 rows kept, job not ended": ("completed", DONE),
    # These leave a job behind that the next worker would take up, so they come last.
    "K4 after the new attempt": ("queued", DONE_SECOND),
    "K2 before the job is fetched": ("queued", DONE),
}


@pytest.fixture(scope="module")
def noise() -> bytes:
    """A picture of 790 kB, which leaves in several blocks."""
    return pictures.saved(pictures.noise(width=512, height=512), "PNG")


def test_every_death_ends_as_its_row_says(studio, noise):
    wishes = {}
    for point, (meanwhile, _) in TABLE.items():
        wishes[point] = generation = wish_for(studio, point, noise)
        if point == WAITING:
            die_waiting(studio, generation)
        else:
            studio.die(point)
        generation.refresh_from_db()
        assert generation.state == meanwhile, point

    wait_until(lambda: studio.calls(wishes[WAITING])[0]["charged"])
    studio.look_after(rounds=4)

    books = {point: studio.books(generation) for point, generation in wishes.items()}
    for point, wish in wishes.items():
        expected = TABLE[point][1]
        found = books[point]
        assert {key: getattr(found, key) for key in expected} == expected, point
        assert found.has_image == (found.state == "completed"), point
        assert found.charged == found.spent, point  # to the micro-dollar, by the log
        assert all_renditions(wish), point
    not_charged = {point for point, found in books.items() if not found.charged}
    assert not_charged == {
        "K4 before the new attempt",
        "K5 sent committed",
        "K6 the body half sent",
    }


def wish_for(studio: Studio, point: str, noise: bytes) -> Any:
    """Ask for a picture whose way leads past a point."""
    if point.startswith("K6"):
        alice = studio.alice.membership
        source = make_image(alice.account, alice.user, data=noise)
        return studio.ask(images=[source])
    generation = studio.ask()
    if point.startswith("K4"):
        match = {"generation_id": str(generation.pk)}
        studio.emulator.set_fault("rate_limited", times=1, match=match)
    return generation


def die_waiting(studio: Studio, generation: Any) -> None:
    """Kill a worker while the provider is at work for it; the provider goes on."""
    match = {"generation_id": str(generation.pk)}
    studio.emulator.set_fault("delay", seconds=2, match=match)
    worker = studio.worker()
    wait_until(lambda: studio.calls(generation), words=worker.said)
    worker.kill()
    assert not studio.calls(generation)[0]["charged"]


def all_renditions(generation: Any) -> bool:
    """Say whether a picture, if there is one, has its renditions."""
    if generation.image is None:
        return True
    names = Rendition.objects.filter(file=generation.image.file).values_list("name", flat=True)
    return set(names) == {"256", "512", "1024"}
