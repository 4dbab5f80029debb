"""Files belong to the studio alone, and are there entirely or not at all."""

import errno
import stat

import pytest

from imagestudio.library import storage
from imagestudio.library.storage_settings import storages_from

KEY = "attempts/one/0"


@pytest.fixture
def media(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        **storages_from("", lambda name: "", folder=str(tmp_path / "media")),
    }
    return tmp_path / "media"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_can_read_files_or_look_into_folders(media):
    storage.save(KEY, b"x")

    assert mode(media / KEY) == 0o600
    assert mode(media) == mode(media / "attempts") == mode(media / "attempts/one") == 0o700


def pieces_until_the_disk_is_full():
    yield b"half of a picture"
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_nothing_behind(media):
    with pytest.raises(storage.StorageUnavailable):
        storage.save(KEY, pieces_until_the_disk_is_full())

    assert not storage.exists(KEY)
    assert list((media / "attempts/one").iterdir()) == []


def test_a_full_disk_leaves_what_was_there_before(media):
    storage.save(KEY, b"before")

    with pytest.raises(storage.StorageUnavailable):
        storage.save(KEY, pieces_until_the_disk_is_full(), replace=True)

    assert storage.read(KEY) == b"before"


def test_a_file_that_lost_its_end_is_noticed_while_it_is_read(media):
    storage.save(KEY, b"0123456789")
    (media / KEY).write_bytes(b"0123")

    with pytest.raises(storage.StorageUnavailable):
        storage.read_range(KEY, 0, 10)


def test_a_folder_that_cannot_be_made_is_said(settings, tmp_path):
    (tmp_path / "media").write_text("a file stands where the folder should be")
    settings.STORAGES = {
        **settings.STORAGES,
        **storages_from("", lambda name: "", folder=str(tmp_path / "media" / "deeper")),
    }

    with pytest.raises(storage.StorageUnavailable):
        storage.check()
