"""What happens while a ZIP leaves: rights are lost, pictures go, storage fails, people hang up."""

import json
import zipfile
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone

from imagestudio.accounts.models import Membership, Role
from imagestudio.library import storage
from imagestudio.library.models import Image
from imagestudio.library.services.downloads import TURNS, selected
from imagestudio.library.storage import StorageUnavailable
from tests.factories import make_image, noise_picture
from tests.integration.downloads.conftest import manifest

COUNT = 4


@pytest.fixture
def images(team, cast, monkeypatch):
    """Return pictures so large that each leaves by itself, looked at anew before each."""
    monkeypatch.setattr(selected, "FRESH", 0)
    return [make_image(team, cast.user(Role.CREATOR), data=noise_picture()) for _ in range(COUNT)]


def rest_of(pieces, first):
    return zipfile.ZipFile(BytesIO(first + b"".join(pieces)))


def test_who_loses_the_right_gets_no_more(download, images, team, cast):
    answer = download(all="1", matching="")
    pieces = iter(answer)
    first = next(pieces)
    Membership.objects.filter(account=team, user=cast.user(Role.CREATOR)).delete()
    archive = rest_of(pieces, first)
    told = manifest(archive)
    assert 0 < len(told["images"]) < COUNT
    assert len(archive.namelist()) == len(told["images"]) + 1
    assert [one["code"] for one in told["errors"]] == ["access_lost"]


def test_who_signs_out_gets_no_more(download, images, creator_client):
    pieces = iter(download(all="1", matching=""))
    first = next(pieces)
    creator_client.session.flush()
    assert manifest(rest_of(pieces, first))["errors"][0]["code"] == "access_lost"


def test_what_is_trashed_meanwhile_is_left_out(download, images):
    pieces = iter(download(all="1", matching=""))
    first = next(pieces)
    Image.objects.filter(pk=images[0].pk).update(trashed_at=timezone.now())
    told = manifest(rest_of(pieces, first))
    assert [one["image"] for one in told["errors"]] == [str(images[0].pk)]
    assert str(images[0].pk) not in {one["id"] for one in told["images"]}


def test_a_storage_that_fails_cuts_the_download(download, images, monkeypatch):
    pieces = iter(download(all="1", matching=""))
    next(pieces)

    def away(*_args, **_options):
        raise StorageUnavailable

    monkeypatch.setattr(storage, "open_chunks", away)
    with pytest.raises(StorageUnavailable):
        list(pieces)


def test_too_many_missing_files_cut_it_too(download, images, monkeypatch):
    monkeypatch.setattr(selected, "MOST_ERRORS", 1)
    for image in images[:3]:
        storage.delete(image.file.key)
    with pytest.raises(selected.TooManyMissing):
        list(download(all="1", matching=""))


def test_one_person_downloads_only_so_much_at_once(download, images, cast):
    person, others = cast.user(Role.CREATOR), [cast.user(Role.OWNER), cast.user(Role.ADMIN)]
    turns = [TURNS.take(person.pk) for _ in range(2)]
    answer = download(all="1", matching="")
    assert answer.status_code == 429
    assert "2 downloads under way" in answer.content.decode()
    turns.pop()()
    assert len(list(download(all="1", matching=""))) > 1
    list(download(all="1", matching=""))  # the one before gave its turn back
    turns += [TURNS.take(one.pk) for one in others * 2 + [cast.user("stranger")] * 2]
    assert download(all="1", matching="").status_code == 200  # the last of eight
    for give_back in turns:
        give_back()


def test_a_viewer_may_download_what_a_viewer_sees(cast, team, images):
    viewer: Client = cast.signed_in(Role.VIEWER)
    answer = viewer.post(f"/a/{team.slug}/library/download", {"id": images[0].pk})
    archive = zipfile.ZipFile(BytesIO(b"".join(answer)))
    assert len(json.loads(archive.read("manifest.json"))["images"]) == 1
