"""K13: a picture for which the system ends every process that decodes it, for want of memory."""

import base64

from imagestudio.library import storage
from tests import pictures
from tests.factories import newest_attempt

NO_ROOM = pictures.png(width=1024, height=1024, colour="black")


def test_k13_a_deadly_picture_is_given_up_after_two_children_and_others_go_on(studio):
    deadly, other = studio.ask(prompt="A black hole"), studio.ask()
    encoded = base64.b64encode(NO_ROOM).decode()
    studio.emulator.set_fault("image_bytes", match={"prompt": "black hole"}, base64=encoded)

    worker = studio.worker(deadly=encoded, until_idle=True)
    assert worker.wait() == 0, worker.said()

    assert worker.said().count("crashed after") == 2
    books = studio.books(deadly)
    assert (books.state, books.calls, books.holds) == ("unknown", [1], ["held"])
    assert studio.books(other).state == "completed"
    assert storage.read(f"attempts/{newest_attempt(deadly).pk}/0") == NO_ROOM  # it was paid for
