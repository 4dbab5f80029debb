"""A ZIP of a selection: what is in it, how it is called, and what its manifest says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.models import Attempt, State
from imagestudio.accounts.models import Role
from imagestudio.library import storage
from imagestudio.library.models import Album, AlbumItem, Image, ImageTag, Tag
from imagestudio.library.services.downloads import selected
from tests.factories import make_generation, make_image, paint
from tests.integration.downloads.conftest import manifest, opened
from tests.pictures import opened as picture


@pytest.fixture
def maker(cast):
    return cast.user(Role.CREATOR)


def test_named_pictures_come_in_their_order_with_the_bytes_that_are_kept(download, team, maker):
    data = [paint(), paint(kind="JPEG"), paint(kind="WEBP")]
    images = [make_image(team, maker, data=one, title="A fox / 1") for one in data]
    archive = opened(download(id=[images[2].pk, images[0].pk, images[1].pk]))
    assert archive.namelist() == ["00001 1.webp", "00002 1.png", "00003 1.jpg", "manifest.json"]
    assert [archive.read(name) for name in archive.namelist()[:3]] == [data[2], data[0], data[1]]


def test_the_manifest_says_how_each_was_made(download, cast, team, maker):
    source = make_image(team, maker, title="The source")
    made = make_generation(
        cast.membership(Role.CREATOR), state=State.COMPLETED, sources=[source], prompt="A red fox"
    )
    tag = Tag.objects.create(account=team, name="Fox", folded="fox")
    ImageTag.objects.create(tag=tag, image=source, added_at=source.added_at)
    album = Album.objects.create(account=team, name="Animals", made_by=maker)
    AlbumItem.objects.create(album=album, image=source, position=1, added_at=source.added_at)
    told = manifest(opened(download(all="1", matching="")))
    fox, first = told["images"]
    assert (told["format"], told["account"], told["errors"]) == (
        "image-studio-download",
        team.slug,
        [],
    )
    assert (fox["prompt"], fox["origin"]) == ("A red fox", "generated")
    assert fox["sources"] == [{"image": str(source.pk), "position": 1, "role": ""}]
    assert fox["generation"]["parameters"] == made.parameters
    assert fox["generation"]["cost_micros"] == Attempt.objects.get(generation=made).cost
    assert (first["tags"], first["albums"]) == (["Fox"], [{"id": str(album.pk), "name": "Animals"}])
    assert "generation" not in first


def test_copies_are_made_on_the_way(download, team, maker):
    image = make_image(team, maker, data=paint(64, 48))
    archive = opened(download(id=image.pk, format="jpeg", side="32"))
    made = picture(archive.read(archive.namelist()[0]))
    assert (made.format, made.size) == ("JPEG", (32, 24))
    assert manifest(archive)["images"][0]["file"].endswith(".jpg")


def test_all_means_what_was_there_when_it_was_asked(download, team, maker):
    make_image(team, maker, title="Old", added_at=timezone.now() - timedelta(hours=2))
    make_image(team, maker, title="New")
    until = (timezone.now() - timedelta(hours=1)).isoformat()
    told = manifest(opened(download(all="1", matching="", until=until)))
    assert [one["title"] for one in told["images"]] == ["Old"]


def test_more_pictures_than_are_read_at_once(download, team, maker, monkeypatch):
    monkeypatch.setattr("imagestudio.library.services.downloads.selected.SLICE", 2)
    at = timezone.now() - timedelta(hours=1)  # the same for some: the id decides
    images = [make_image(team, maker, added_at=at) for _ in range(5)]
    archive = opened(download(all="1", matching=""))
    assert [one["id"] for one in manifest(archive)["images"]] == [
        str(one.pk) for one in reversed(images)
    ]


def test_the_rest_comes_where_a_whole_slice_leaves_in_that_moment(
    download, team, maker, monkeypatch
):
    at = timezone.now() - timedelta(hours=1)
    images = [make_image(team, maker, added_at=at) for _ in range(4)]
    monkeypatch.setattr(selected, "SLICE", 2)
    real = selected.keys_behind

    def leaving(*args, **limits):
        keys = real(*args, **limits)
        if images[-1].pk in keys and limits["limit"] == 2:
            Image.objects.filter(pk__in=keys).update(trashed_at=timezone.now())
        return keys

    monkeypatch.setattr(selected, "keys_behind", leaving)
    told = manifest(opened(download(all="1", matching="")))
    assert [one["id"] for one in told["images"]] == [str(images[1].pk), str(images[0].pk)]


def test_what_cannot_be_read_is_named_and_the_rest_comes(download, team, maker):
    good, missing, damaged, trashed = (make_image(team, maker) for _ in range(4))
    storage.delete(missing.file.key)
    storage.save(damaged.file.key, paint(), replace=True)
    Image.objects.filter(pk=trashed.pk).update(trashed_at=timezone.now())
    nobody = "019aa1b2-0000-7000-8000-000000000000"
    told = manifest(opened(download(id=[missing.pk, damaged.pk, trashed.pk, nobody, good.pk])))
    assert [one["id"] for one in told["images"]] == [str(good.pk)]
    assert {one["image"]: one["code"] for one in told["errors"]} == {
        str(missing.pk): "bytes_missing",
        str(damaged.pk): "bytes_damaged",
        str(trashed.pk): "image_not_found",
        nobody: "image_not_found",
    }


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"id": "nonsense"}, 422),
        ({"id": "019aa1b2-0000-7000-8000-000000000000"}, 404),
        ({"all": "1", "matching": "x" * 5000}, 422),
        ({"all": "1", "matching": "q=nothing-like-this"}, 404),
        ({"all": "1", "until": "yesterday"}, 422),
        ({"all": "1", "format": "gif"}, 422),
        ({"all": "1", "format": "png", "side": "-1"}, 422),
        ({"all": "1", "format": "png", "side": "99999"}, 422),
        ({"all": "1", "format": "png", "side": "9" * 99}, 422),
    ],
    ids=str,
)
def test_what_cannot_be_downloaded_is_said(download, team, maker, fields, status):
    make_image(team, maker)
    assert download(**fields).status_code == status


def test_programs_get_the_same(api, team, maker):
    image = make_image(team, maker)
    answer = api.post("/api/v1/exports", {"ids": [str(image.pk)]}, content_type="application/json")
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{team.slug}-')
    assert "no-store" in answer["Cache-Control"]
    assert len(manifest(opened(answer))["images"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": ["019aa1b2-0000-7000-8000-000000000000"], "matching": ""},
        {"ids": ["nonsense"]},
        {"matching": "", "format": "gif"},
        {"matching": "", "side": 0},
        {"matching": "", "more": 1},
    ],
    ids=str,
)
def test_programs_are_told_what_is_wrong(api, team, maker, body):
    make_image(team, maker)
    answer = api.post("/api/v1/exports", body, content_type="application/json")
    assert answer.status_code == 422
