"""The page of exports, and the export that it and programs get."""

import zipfile
from io import BytesIO

import pytest

from imagestudio.accounts.models import Membership, Role, Scope
from imagestudio.library.services.exports import writing
from tests.factories import bearer, make_image, noise_picture


@pytest.fixture
def owner(cast):
    return cast.signed_in(Role.OWNER)


def names(answer):
    assert answer.status_code == 200
    archive = zipfile.ZipFile(BytesIO(b"".join(answer)))
    assert archive.testzip() is None
    return archive.namelist()


def test_it_says_what_is_in_an_export_and_how_large_it_is(owner, cast, team):
    image = make_image(team, cast.user(Role.OWNER))
    page = owner.get(f"/a/{team.slug}/exports/").content.decode()
    assert "Download the library" in page
    assert f"importlibrary {team.slug}" in page
    size = owner.get(f"/a/{team.slug}/exports/size").content.decode()
    assert size.startswith("1 picture, ")
    image.delete()
    assert "no picture" in owner.get(f"/a/{team.slug}/exports/size").content.decode()


def test_who_may_not_export_is_told_whom_to_ask(creator_client, team):
    page = creator_client.get(f"/a/{team.slug}/exports/").content.decode()
    assert "Owners and admins" in page
    assert "Download the library" not in page


def test_the_export_is_a_file(owner, cast, team):
    make_image(team, cast.user(Role.OWNER))
    answer = owner.post(f"/a/{team.slug}/exports/")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{team.slug}-library-')
    first, file, *rest = names(answer)
    assert (first, file[:6]) == ("export.json", "files/")
    assert rest == ["images.jsonl", "albums.jsonl", "errors.jsonl", "end.json"]


def test_programs_of_owners_get_it_too(client, cast, team):
    make_image(team, cast.user(Role.OWNER))
    headers = bearer(cast.membership(Role.OWNER), Scope.LIBRARY_READ)
    assert len(names(client.post("/api/v1/exports/library", headers=headers))) == 6


def test_who_loses_the_right_meanwhile_gets_no_more(owner, cast, team, monkeypatch):
    monkeypatch.setattr(writing, "FRESH", 0)
    for _ in range(4):
        make_image(team, cast.user(Role.OWNER), data=noise_picture())
    pieces = iter(owner.post(f"/a/{team.slug}/exports/"))
    next(pieces)
    Membership.objects.filter(account=team, user=cast.user(Role.OWNER)).update(role=Role.CREATOR)
    with pytest.raises(writing.AccessLost):
        list(pieces)
