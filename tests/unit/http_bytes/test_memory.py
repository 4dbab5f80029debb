"""A large file leaves without passing through memory as a whole."""

from functools import partial
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync

from imagestudio.http.bytes import bytes_response
from imagestudio.library import storage
from imagestudio.library.storage_settings import storages_from

SIZE = 300_000_000
ALLOWED = 8_000_000  # bytes of growth; a reader of whole files grows by 300 MB


def resident_bytes():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@pytest.fixture
def large(settings, tmp_path):
    default = storages_from("", lambda name: "", folder=str(tmp_path))
    settings.STORAGES = {**settings.STORAGES, **default}
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(SIZE)
    return partial(storage.open_chunks, "large")


def respond(request, large):
    return bytes_response(request, open_chunks=large, size=SIZE, mime="image/png", etag="a")


def test_to_a_synchronous_server(rf, large):
    before, highest, total = resident_bytes(), 0, 0

    for piece in respond(rf.get("/"), large):
        total += len(piece)
        highest = max(highest, resident_bytes())

    assert total == SIZE
    assert highest - before < ALLOWED


def test_to_an_asynchronous_server(async_rf, large):
    async def read():
        before, highest, total = resident_bytes(), 0, 0
        async for piece in respond(async_rf.get("/"), large):
            total += len(piece)
            highest = max(highest, resident_bytes())
        return total, highest - before

    total, growth = async_to_sync(read)()

    assert total == SIZE
    assert growth < ALLOWED
