"""Exports that somebody made up: nothing of them is believed, nothing else is harmed."""

import json
import zipfile
from hashlib import sha256
from uuid import uuid4

import pytest

from imagestudio.accounts.exceptions import RoleTooLow
from imagestudio.accounts.models import Role
from imagestudio.library import storage
from imagestudio.library.archive import BadArchive, open_archive
from imagestudio.library.exceptions import BadExport
from imagestudio.library.models import Album, AlbumItem, Derivation, Image
from imagestudio.library.services.imports import import_library
from tests import pictures
from tests.factories import make_image, paint

HEADER = {"format": "image-studio-export", "version": 1}


def line_of(data, **fields):
    """Return a line and its file, as an honest export would have them."""
    digest = sha256(data).hexdigest()
    line = {
        "id": str(uuid4()),
        "sha256": digest,
        "mime": "image/png",
        "bytes": len(data),
        "origin": "uploaded",
        "added_at": "2026-11-01T12:00:00+00:00",
        **fields,
    }
    return line, (f"files/{digest}.png", data)


@pytest.fixture
def member(cast):
    return cast.membership(Role.CREATOR)


@pytest.fixture
def bring(member, tmp_path):
    """Return a way to import an archive of lines and files."""

    def make(lines=(), files=(), *, albums=(), header=HEADER, method=zipfile.ZIP_STORED):
        path = tmp_path / "made-up.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("export.json", json.dumps(header), zipfile.ZIP_STORED)
            archive.writestr("images.jsonl", "\n".join(map(json.dumps, lines)))
            archive.writestr("albums.jsonl", "\n".join(map(json.dumps, albums)))
            for name, data in files:
                archive.writestr(name, data)
        return import_library(membership=member, path=path)

    return make


def test_an_honest_one_comes_in(bring, team):
    line, file = line_of(paint(), title="Mine", tags=["Fox", "", "#fox", "x" * 99])
    assert bring([line], [file]).images == 1
    image = Image.objects.owned_by(team).get()
    assert (image.title, image.added_at.isoformat()) == ("Mine", line["added_at"])
    assert [one.tag.name for one in image.taggings.all()] == ["Fox"]


WRONG = {
    "id": {"id": "../../etc/passwd"},
    "sha-path": {"sha256": "../" * 21 + "x"},
    "sha-case": {"sha256": "A" * 64},
    "mime": {"mime": "image/svg+xml"},
    "bytes-none": {"bytes": 0},
    "bytes-many": {"bytes": 10**12},
    "origin": {"origin": "stolen"},
    "title-long": {"title": "x" * 201},
    "title-nul": {"title": "a\0b"},
    "prompt-long": {"prompt": "x" * 200_001},
    "no-zone": {"added_at": "2026-11-01T12:00:00"},
    "no-time": {"added_at": "yesterday"},
    "before-our-era": {"added_at": "0001-01-01T00:00:00+23:59"},
    "after-all": {"added_at": "9999-12-31T23:59:59-23:59"},
    "position": {"sources": [{"image": str(uuid4()), "position": 17}]},
    "sources": {"sources": [{"image": str(uuid4()), "position": 1}] * 17},
    "tags": {"tags": ["x"] * 201},
    "other-type": {"title": {"$ne": 1}},
}


@pytest.mark.parametrize("fields", WRONG.values(), ids=WRONG)
def test_a_wrong_line_is_passed_over_and_the_rest_comes(bring, team, fields):
    wrong, file = line_of(paint(), **fields)
    right, other = line_of(paint())
    done = bring([wrong, right], [file, other])
    assert (done.images, done.refused) == (1, 1)
    assert Image.objects.owned_by(team).count() == 1


def test_bytes_that_are_not_what_their_name_says(bring, team):
    line, (name, _) = line_of(paint())
    assert bring([line], [(name, paint())]).refused == 1
    assert not Image.objects.owned_by(team).exists()


@pytest.mark.parametrize(
    "data",
    [b"no picture at all", paint()[:-20], b"\x89PNG\r\n\x1a\n" + bytes(100)],
    ids=["text", "cut", "empty"],
)
def test_bad_pictures_are_refused_and_nothing_is_stored(bring, team, data):
    before = {one.key for one in storage.listing()}
    line, file = line_of(data)
    assert bring([line], [file]).refused == 1
    assert {one.key for one in storage.listing()} == before


def test_a_picture_of_another_kind_than_it_says(bring):
    line, file = line_of(paint(kind="JPEG"))
    assert bring([line], [file]).refused == 1


def test_metadata_of_uploads_is_left_behind_and_results_stay_exact(bring, team):
    data = pictures.jpeg(exif=pictures.exif(6), comment=b"SECRET-PLACE")
    digest = sha256(data).hexdigest()
    same = {"sha256": digest, "bytes": len(data), "mime": "image/jpeg"}
    file = (f"files/{digest}.jpg", data)
    upload, _ = line_of(data, **same)
    assert bring([upload], [file]).images == 1
    kept = storage.read(Image.objects.owned_by(team).get().file.key)
    assert b"SECRET-PLACE" not in kept
    assert pictures.opened(kept).size == (48, 64)  # upright
    made, _ = line_of(data, **same, origin="generated")
    assert bring([made], [file]).images == 1
    result = Image.objects.owned_by(team).get(origin="generated")
    assert storage.read(result.file.key) == data


def test_a_bomb_of_text_is_not_read(tmp_path, member):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.json", json.dumps(HEADER), zipfile.ZIP_STORED)
        archive.writestr("images.jsonl", b"\n" * 30_000_000)
    with pytest.raises(BadExport, match="compressed more"):
        import_library(membership=member, path=path)


def test_compressed_pictures_are_refused(bring):
    line, file = line_of(paint())
    assert bring([line], [file], method=zipfile.ZIP_DEFLATED).refused == 1


def test_a_line_without_end_is_not_kept_in_memory(tmp_path, member):
    path = tmp_path / "long.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("export.json", json.dumps(HEADER), zipfile.ZIP_STORED)
        archive.writestr("images.jsonl", b"x" * 2_000_000)
    with pytest.raises(BadExport, match="longer than"):
        import_library(membership=member, path=path)


@pytest.mark.parametrize(
    "header", [{}, {"format": "other", "version": 1}, {**HEADER, "version": 2}], ids=str
)
def test_something_else_is_not_taken(bring, header):
    with pytest.raises(BadExport):
        bring(header=header)


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"x" * 1000], ids=["empty", "head", "noise"])
def test_what_is_no_zip_is_said(tmp_path, member, data):
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    with pytest.raises(BadExport):
        import_library(membership=member, path=path)
    with pytest.raises(BadExport):
        import_library(membership=member, path=tmp_path / "nothing")


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "export.json").symlink_to("/etc/passwd")
    with pytest.raises(BadArchive):
        open_archive(tmp_path).read("export.json", most=10_000)


def test_nothing_descends_from_itself(bring, team):
    first, file = line_of(paint())
    second, other = line_of(paint(), sources=[{"image": first["id"], "position": 1}])
    first["sources"] = [
        {"image": second["id"], "position": 1},
        {"image": first["id"], "position": 2},
    ]
    for _ in range(2):
        bring([first, second], [file, other])
    (only,) = Derivation.objects.filter(account=team)
    assert only.parent.file.sha256 == bytes.fromhex(first["sha256"])


def test_ids_of_another_account_mean_nothing(bring, cast, team):
    theirs = make_image(cast.others, cast.user("stranger"))
    album = Album.objects.create(account=cast.others, name="Theirs", made_by=cast.user("stranger"))
    line, file = line_of(
        paint(), id=str(theirs.pk), sources=[{"image": str(theirs.pk), "position": 1}]
    )
    child, other = line_of(paint(), sources=[{"image": str(theirs.pk), "position": 1}])
    albums = [
        {"type": "item", "image": str(theirs.pk)},
        {"type": "album", "id": str(album.pk), "name": "Mine", "cover": str(theirs.pk)},
        {"type": "item", "image": str(theirs.pk)},
        {"type": "album", "id": str(uuid4()), "name": "Inner", "parent": str(album.pk)},
        {"type": "item", "image": str(uuid4())},
    ]
    done = bring([line, child], [file, other], albums=albums)
    assert done.refusals == []
    assert (done.images, done.albums) == (2, 2)
    parent = Derivation.objects.get(account=team).parent
    assert parent.account == team
    mine = Album.objects.get(account=team, name="Mine")
    assert {one.image.account for one in AlbumItem.objects.filter(album=mine)} == {team}
    assert mine.cover.account == team
    assert Album.objects.get(account=team, name="Inner").parent == mine
    assert not album.items.exists()


def test_albums_as_they_cannot_be(bring, team):
    first, second, third = (str(uuid4()) for _ in range(3))
    line, file = line_of(paint())
    albums = [
        {"type": "album", "id": first, "name": "One"},
        {"type": "item", "image": line["id"]},
        {"type": "item", "image": line["id"]},  # twice
        {"type": "album", "id": second, "name": "Two", "parent": first},
        {"type": "album", "id": third, "name": "Three", "parent": second},  # too deep
        {"type": "album", "id": "nonsense", "name": "Four"},
        {"type": "item", "image": line["id"]},  # of none
        {"type": "album", "id": str(uuid4()), "name": "\n"},
        {"type": "other"},
        {"type": "album", "id": str(uuid4()), "name": "Last", "parent": str(uuid4())},
        {"type": "item", "image": "nonsense"},
        {"type": "item", "image": line["id"]},
    ]
    done = bring([line], [file], albums=albums)
    found = {one.name: one for one in Album.objects.owned_by(team)}
    assert set(found) == {"One", "Two", "Three", "Last"}
    assert (found["Two"].parent, found["Three"].parent) == (found["One"], None)
    assert (found["One"].items.count(), found["Last"].items.count()) == (1, 1)
    assert done.refused == 4


def test_what_a_decision_hides_stays_hidden(bring, cast, team):
    data = paint()
    make_image(team, cast.user(Role.CREATOR), data=data, moderation="quarantined_legal")
    line, file = line_of(data)
    assert bring([line], [file]).images == 1
    assert not Image.objects.owned_by(team).exists()


def test_nothing_enters_in_the_future(bring, team):
    line, file = line_of(paint(), added_at="2999-01-01T00:00:00Z")
    bring([line], [file])
    assert Image.objects.owned_by(team).get().added_at.year < 2100


def test_who_may_not_change_the_library_imports_nothing(cast, tmp_path):
    with pytest.raises(RoleTooLow):
        import_library(membership=cast.membership(Role.VIEWER), path=tmp_path)
