"""What goes out comes in again: an export, imported into another account, exports the same."""

import json
import zipfile
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from imagestudio.accounts.models import Role
from imagestudio.library import storage
from imagestudio.library.models import Album, AlbumItem, Derivation, Favourite, Image, ImageTag
from imagestudio.library.services.exports import writing
from imagestudio.library.services.imports import import_library
from imagestudio.library.services.purge import free_files, purge_images
from tests.factories import make_image, paint
from tests.integration.exports.conftest import exported, make_library, told

COUNT = 6


@pytest.fixture
def maker(cast):
    return cast.user(Role.OWNER)


@pytest.fixture
def stranger(cast):
    return cast.membership_of_stranger()


@pytest.mark.parametrize("seed", range(4))
def test_the_same_comes_out_again(cast, team, maker, stranger, tmp_path, seed, monkeypatch):
    monkeypatch.setattr(writing, "SLICE", 4)
    make_library(team, maker, seed=seed, count=COUNT)
    first = exported(team, maker, tmp_path / "first.zip")
    done = import_library(membership=stranger, path=first)
    assert (done.images, done.albums, done.refusals) == (COUNT, 3, [])
    second = exported(cast.others, stranger.user, tmp_path / "second.zip")
    assert told(second) == told(first)
    images = Image.objects.owned_by(cast.others)
    assert set(images.values_list("created_by", "visibility")) == {(stranger.user.pk, "private")}


def test_importing_again_changes_nothing(cast, team, maker, stranger, zip_path):
    make_library(team, maker, seed=1)
    exported(team, maker, zip_path)
    import_library(membership=stranger, path=zip_path)
    rows = (Image, Album, Derivation, Favourite, ImageTag)
    before = [sorted(one.objects.values_list("pk", flat=True)) for one in rows]
    keys = sorted(one.key for one in storage.listing())
    again = import_library(membership=stranger, path=zip_path)
    assert (again.images, again.known_images, again.albums, again.known_albums) == (0, 6, 0, 3)
    assert before == [sorted(one.objects.values_list("pk", flat=True)) for one in rows]
    assert keys == sorted(one.key for one in storage.listing())


def test_what_was_made_since_comes_with_the_next_export(cast, team, maker, stranger, tmp_path):
    images = make_library(team, maker, seed=1)
    import_library(membership=stranger, path=exported(team, maker, tmp_path / "a.zip"))
    child = make_image(team, maker)
    Derivation.objects.create(account=team, child=child, parent=images[0], position=1)
    done = import_library(membership=stranger, path=exported(team, maker, tmp_path / "b.zip"))
    assert (done.images, done.known_images) == (1, 6)
    assert Derivation.objects.filter(account=cast.others).latest("pk").position == 1


def test_where_it_was_made_nothing_is_new(cast, team, maker, zip_path):
    make_library(team, maker, seed=1)
    exported(team, maker, zip_path)
    done = import_library(membership=cast.membership(Role.OWNER), path=zip_path)
    assert (done.images, done.known_images, done.known_albums) == (0, 6, 3)


@pytest.mark.parametrize("home", [True, False])
def test_what_was_removed_for_good_comes_in_again(cast, team, maker, stranger, zip_path, home):
    made = make_library(team, maker, seed=1)
    exported(team, maker, zip_path)
    into = cast.membership(Role.OWNER) if home else stranger
    import_library(membership=into, path=zip_path)
    library = Image.objects.owned_by(into.account)
    parent = library.filter(children__isnull=False).select_related("file").first()
    library.filter(pk=parent.pk).update(trashed_at=timezone.now())
    assert import_library(membership=into, path=zip_path).images == 0
    assert purge_images([parent.pk]) == [parent.pk]
    free_files()
    done = import_library(membership=into, path=zip_path)
    assert (done.images, done.known_images, done.refusals) == (1, len(made) - 1, [])
    again = library.kept().get(file__sha256=parent.file.sha256)
    assert (again.title, storage.exists(again.file.key)) == (parent.title, True)
    assert library.kept().count() == len(made)
    assert import_library(membership=into, path=zip_path).images == 0


@pytest.mark.parametrize("home", [True, False])
def test_what_comes_in_again_is_back_in_its_album_and_what_was_taken_out_is_not(
    cast, team, maker, stranger, zip_path, home
):
    first, second, third = (make_image(team, maker) for _ in range(3))
    album = Album.objects.create(account=team, name="Trip", made_by=maker)
    for position, image in enumerate((first, second, third)):
        AlbumItem.objects.create(
            album=album, image=image, position=position, added_at=image.added_at
        )
    exported(team, maker, zip_path)
    into = cast.membership(Role.OWNER) if home else stranger
    import_library(membership=into, path=zip_path)
    items = AlbumItem.objects.filter(album__account=into.account).order_by("position")
    items.first().delete()  # by somebody who does not want it there
    gone = items.first().image
    Image.objects.filter(pk=gone.pk).update(trashed_at=timezone.now())
    purge_images([gone.pk])
    kept = items.get().image
    assert import_library(membership=into, path=zip_path).known_albums == 1
    again = Image.objects.owned_by(into.account).latest("pk")
    assert [one.image for one in items.all()] == [kept, again]
    items.last().delete()
    import_library(membership=into, path=zip_path)
    assert [one.image for one in items.all()] == [kept]


def test_nothing_names_what_a_decision_hides(cast, team, maker, zip_path):
    hidden, child = make_image(team, maker), make_image(team, maker)
    other = make_image(team, maker)
    Derivation.objects.create(account=team, child=child, parent=hidden, position=1)
    Derivation.objects.create(account=team, child=child, parent=other, position=2)
    Album.objects.create(account=team, name="Trip", made_by=maker, cover=hidden)
    Image.objects.filter(pk=hidden.pk).update(moderation="quarantined_legal")
    with zipfile.ZipFile(exported(team, maker, zip_path)) as archive:
        lines = b"".join(archive.read(name) for name in archive.namelist() if "json" in name)
    assert str(hidden.pk).encode() not in lines
    assert b'"sources":[{"image":"%s","position":2' % str(other.pk).encode() in lines


def test_the_same_bytes_are_one_file_in_an_account(cast, team, maker, stranger, zip_path):
    data = paint()
    for title in ("One", "Two"):
        image = make_image(team, maker, data=data if title == "One" else paint(), title=title)
        first = Image.objects.owned_by(team).get(title="One")
        Image.objects.filter(pk=image.pk).update(file=first.file)
    path = exported(team, maker, zip_path)
    assert len(told(path)["files"]) == 1
    assert import_library(membership=stranger, path=path).images == 2
    assert Image.objects.owned_by(cast.others).values("file").distinct().count() == 1


def test_it_goes_on_where_it_was_killed(cast, team, maker, stranger, zip_path, monkeypatch):
    make_library(team, maker, seed=2)
    exported(team, maker, zip_path)
    keep, kept = storage.save, []

    def deadly(key, data, **options):
        kept.append(key)
        if len(kept) == 6:
            raise KeyboardInterrupt
        keep(key, data, **options)

    monkeypatch.setattr(storage, "save", deadly)
    with pytest.raises(KeyboardInterrupt):
        import_library(membership=stranger, path=zip_path)
    monkeypatch.setattr(storage, "save", keep)
    some = Image.objects.owned_by(cast.others).count()
    assert 0 < some < 6
    done = import_library(membership=stranger, path=zip_path)
    assert (done.images, done.known_images) == (6 - some, some)


def test_trash_and_what_comes_later_stay_here(cast, team, maker, zip_path):
    images = make_library(team, maker, seed=3)
    Image.objects.filter(pk=images[0].pk).update(trashed_at=timezone.now())
    Image.objects.filter(pk=images[1].pk).update(moderation="hidden_all")
    Image.objects.filter(pk=images[2].pk).update(added_at=timezone.now() + timedelta(hours=1))
    said = told(exported(team, maker, zip_path))
    assert said["end"] == {
        "images": 3,
        "files": 3,
        "bytes": sum(len(data) for data in said["files"].values()),
        "albums": 3,
        "errors": 0,
    }


def test_missing_bytes_are_noted(cast, team, maker, zip_path):
    images = make_library(team, maker, seed=3)
    storage.delete(images[0].file.key)
    said = told_lines(exported(team, maker, zip_path))
    assert said["errors"] == [
        {
            "image": str(images[0].pk),
            "code": "bytes_missing",
            "message": "The stored picture is missing",
        }
    ]
    assert (said["end"]["images"], said["end"]["errors"]) == (5, 1)


def told_lines(path):
    """Return the errors and the end of an export, some of whose sources are not in it."""
    archive = zipfile.ZipFile(path)
    errors = [json.loads(line) for line in archive.read("errors.jsonl").splitlines()]
    return {"errors": errors, "end": json.loads(archive.read("end.json"))}


def test_a_folder_is_as_good_as_a_zip_and_is_brought_up_to_date(
    cast, team, maker, stranger, tmp_path
):
    images = make_library(team, maker, seed=1)
    folder = tmp_path / "export"

    def export():
        arguments = (team.slug, str(folder), "--user", maker.email)
        call_command("exportlibrary", *arguments, stdout=StringIO(), stderr=StringIO())

    export()
    written = {path: path.stat().st_mtime_ns for path in (folder / "files").iterdir()}
    make_image(team, maker)
    export()
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert len(list((folder / "files").iterdir())) == len(images) + 1
    out = StringIO()
    arguments = (cast.others.slug, str(folder), "--user", stranger.user.email)
    call_command("importlibrary", *arguments, stdout=out, stderr=StringIO())
    assert out.getvalue().strip() == "7 pictures and 3 albums are new; 0 and 0 were there."
