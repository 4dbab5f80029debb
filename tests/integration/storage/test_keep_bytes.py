"""Bytes are kept under keys of ours, and the same bytes come back: from files and from S3."""

import pytest
from asgiref.sync import async_to_sync

from imagestudio.library import storage

KEY = "attempts/019aa000-0000-7000-8000-000000000001/0"


def test_what_was_saved_is_read_back(kept):
    kept.save(KEY, b"one picture")

    assert kept.read(KEY) == b"one picture"
    assert kept.size(KEY) == 11
    assert kept.exists(KEY)


def test_bytes_may_come_in_pieces_of_any_length(kept):
    kept.save(KEY, iter([b"on", b"", b"e ", b"picture"]))

    assert kept.read(KEY) == b"one picture"


def test_an_object_larger_than_one_part_is_kept_whole(kept):
    pieces = [bytes([number]) * 1_000_000 for number in range(20)]

    kept.save(KEY, iter(pieces))

    assert kept.size(KEY) == 20_000_000
    assert kept.read(KEY) == b"".join(pieces)


@pytest.mark.parametrize(("start", "end"), [(0, 1), (0, 10), (3, 7), (9, 10), (5, 5)], ids=str)
def test_a_range_is_read_without_the_rest(kept, start, end):
    kept.save(KEY, b"0123456789")

    assert kept.read_range(KEY, start, end) == b"0123456789"[start:end]


def test_pieces_are_of_256_kb(kept):
    kept.save(KEY, bytes(600_000))

    sizes = [len(piece) for piece in kept.open_chunks(KEY, 10, 600_000)]

    assert sizes == [262_144, 262_144, 75_702]


async def gathered(chunks):
    return [piece async for piece in chunks]


def test_pieces_are_given_out_asynchronously_too(kept):
    kept.save(KEY, bytes(range(256)) * 4000)

    pieces = async_to_sync(gathered)(kept.open_chunks(KEY, 100))

    assert b"".join(pieces) == (bytes(range(256)) * 4000)[100:]


def test_saving_the_same_bytes_again_is_fine(kept):
    kept.save(KEY, b"one picture")
    kept.save(KEY, b"one picture")
    kept.save(KEY, iter([b"one ", b"picture"]))

    assert kept.read(KEY) == b"one picture"


@pytest.mark.parametrize("other", [b"another picture", b"one pic", b"one picture more", b""])
def test_other_bytes_never_take_a_key_that_is_taken(kept, other):
    kept.save(KEY, b"one picture")

    with pytest.raises(kept.KeyTaken):
        kept.save(KEY, other)

    assert kept.read(KEY) == b"one picture"


def test_a_rendition_may_be_made_anew(kept):
    kept.save(KEY, b"made by an old version")
    kept.save(KEY, b"made by a new one", replace=True)

    assert kept.read(KEY) == b"made by a new one"


def test_what_is_deleted_is_gone_and_deleting_it_again_is_fine(kept):
    kept.save(KEY, b"one picture")

    kept.delete(KEY)
    kept.delete(KEY)

    assert not kept.exists(KEY)


@pytest.mark.parametrize("reading", ["read", "size", "open_chunks"])
def test_what_was_never_saved_is_missing_before_anything_is_read(kept, reading):
    with pytest.raises(kept.BytesMissing):
        getattr(kept, reading)(KEY)


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../secret", "a/../b", "a//b", ".hidden", "a\\b", "a\0b", "ä", "a b"],
)
def test_a_key_that_is_not_of_ours_is_a_bug_and_never_reaches_the_storage(key):
    with pytest.raises(ValueError, match="not a key"):
        storage.save(key, b"x")


def test_a_storage_that_works_says_so(kept):
    kept.check()
