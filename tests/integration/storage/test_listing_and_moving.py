"""What storage holds is listed in full, and moved without ever being away."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from imagestudio.library import storage
from imagestudio.library.storage_settings import storages_from

ONE = "uploads/019aa000-0000-4000-8000-000000000001"
TWO = "attempts/019aa000-0000-7000-8000-000000000001/0"


def test_everything_is_listed_with_its_length_and_age(kept):
    kept.save(ONE, b"one")
    kept.save(TWO, b"three")
    kept.save(f"{TWO}.256.webp", b"")
    found = {one.key: one for one in kept.listing()}
    assert {key: one.bytes for key, one in found.items()} == {
        ONE: 3,
        TWO: 5,
        f"{TWO}.256.webp": 0,
    }
    assert all(
        abs(datetime.now(UTC) - one.changed_at) < timedelta(minutes=5) for one in found.values()
    )


@pytest.mark.parametrize("kept", ["s3"], indirect=True)
def test_more_than_one_page_is_listed(kept, monkeypatch):
    monkeypatch.setattr("imagestudio.library.storage.s3.LISTED", 2)
    keys = {f"uploads/{number}" for number in range(3)}
    for key in keys:
        kept.save(key, b"x", replace=True)
    assert {one.key for one in kept.listing()} == keys


def test_a_move_takes_the_bytes_along(kept):
    kept.save(ONE, b"one")
    kept.move(ONE, f"quarantine/run/{ONE}")
    assert not kept.exists(ONE)
    assert kept.read(f"quarantine/run/{ONE}") == b"one"


def test_a_move_that_was_made_already_is_fine(kept):
    kept.save(ONE, b"one")
    kept.move(ONE, TWO)
    kept.move(ONE, TWO)
    assert kept.read(TWO) == b"one"


def test_a_move_that_stopped_after_its_copy_is_finished(kept):
    kept.save(ONE, b"one")
    kept.save(TWO, b"one")
    kept.move(ONE, TWO)
    assert (kept.exists(ONE), kept.read(TWO)) == (False, b"one")


def test_other_bytes_are_never_moved_over(kept):
    kept.save(ONE, b"one")
    kept.save(TWO, b"two")
    with pytest.raises(kept.KeyTaken):
        kept.move(ONE, TWO)
    assert (kept.read(ONE), kept.read(TWO)) == (b"one", b"two")


def test_what_is_missing_cannot_be_moved(kept):
    with pytest.raises(kept.BytesMissing):
        kept.move(ONE, TWO)


@pytest.fixture
def in_folder(settings):
    """Return a way to point the storage at a folder."""

    def point(folder):
        default = storages_from(f"file://{folder}", lambda _: "", folder="")
        settings.STORAGES = {**settings.STORAGES, **default}

    return point


def test_a_folder_that_is_not_mounted_is_no_empty_storage(in_folder, tmp_path):
    in_folder(tmp_path / "nowhere")
    with pytest.raises(storage.StorageUnavailable):
        storage.listing()


def test_names_that_are_no_text_and_links_do_no_harm(in_folder, tmp_path):
    in_folder(tmp_path)
    Path(os.fsdecode(bytes(tmp_path) + b"/\xff\xfe")).write_bytes(b"x")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert sorted(one.key for one in storage.listing()) == ["loop", "\ufffd\ufffd"]
