"""Changes, tags, titles, favourites and the trash through the API."""

import json

import pytest

from imagestudio.accounts.models import Role, Scope
from imagestudio.events.models import Event
from imagestudio.library.models import Change, Image, Tag
from tests.factories import bearer, make_copies, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def images(cast, team):
    one = make_image(team, cast.user(Role.CREATOR))
    return [one, *make_copies(one, 2)]


def send(client, method, path, body=None, **extra):
    data = b"" if body is None else json.dumps(body)
    return client.generic(method, f"/api/v1{path}", data, content_type="application/json", **extra)


def test_a_change_is_asked_for_shown_listed_and_undone(api, images):
    body = {"deed": "tag", "tag": "Sea", "matching": "", "until": "2030-01-01T00:00:00Z"}
    answer = send(api, "POST", "/changes", body, headers={"Idempotency-Key": "a"})
    made = answer.json()
    assert (answer.status_code, made["state"], made["changed"]) == (200, "done", 3)
    again = send(api, "POST", "/changes", body, headers={"Idempotency-Key": "a"})
    assert (again.json(), again["Idempotency-Replayed"]) == (made, "true")
    assert send(api, "GET", f"/changes/{made['id']}").json() == made
    assert send(api, "GET", "/changes").json()["items"] == [made]
    undone = send(api, "POST", f"/changes/{made['id']}/undo").json()
    assert (undone["state"], undone["undone"], undone["can_be_undone"]) == ("undone", 3, False)
    assert send(api, "POST", f"/changes/{made['id']}/undo").status_code == 409


def test_nobody_hears_what_somebody_likes(api, images):
    body = {"deed": "favourite", "ids": [str(one.pk) for one in images]}
    made = send(api, "POST", "/changes", body).json()
    send(api, "POST", f"/changes/{made['id']}/undo")
    assert not Event.objects.filter(type="library.changed").exists()


def test_a_picture_is_named_tagged_and_liked_as_one(api, images):
    here = f"/images/{images[0].pk}"
    body = {"title": "  A  fox ", "tags": ["Été", "ete", "snow"], "favourite": True}
    assert send(api, "PATCH", here, body).json()["title"] == "A fox"
    assert set(Tag.objects.values_list("name", flat=True)) == {"ete", "snow"}
    assert images[0].favourites.count() == 1
    assert send(api, "PATCH", here, {"title": "Another", "tags": [" "]}).status_code == 422
    assert send(api, "GET", here).json()["title"] == "A fox"
    send(api, "PATCH", here, {"tags": [], "favourite": False})
    assert not images[0].taggings.exists()
    assert not images[0].favourites.exists()
    assert images[0].account.tags.count() == 2


def test_what_a_picture_is_called_finds_it(api, images):
    here = f"/images/{images[0].pk}"
    send(api, "PATCH", here, {"title": "Watercolour", "tags": ["harbour"]})
    search = {"deed": "favourite", "matching": "q=harbour+watercolour"}
    assert send(api, "POST", "/changes", search).json()["changed"] == 1
    tag = Tag.objects.get()
    send(api, "PATCH", f"/tags/{tag.pk}", {"name": "port"})
    for words, found in [("harbour", 0), ("port", 1)]:
        body = {"deed": "trash", "matching": f"q={words}"}
        assert send(api, "POST", "/changes", body).json()["changed"] == found


def test_tags_are_listed_renamed_merged_and_removed(api, images):
    for name, some in [("sea", images[:2]), ("Océan", images[1:])]:
        ids = [str(one.pk) for one in some]
        send(api, "POST", "/changes", {"deed": "tag", "tag": name, "ids": ids})
    listed = send(api, "GET", "/tags?q=OCE").json()["items"]
    assert [(one["name"], one["pictures"]) for one in listed] == [("Océan", 2)]
    here = f"/tags/{listed[0]['id']}"
    assert send(api, "PATCH", here, {"name": "SEA"}).status_code == 409
    merged = send(api, "PATCH", here, {"name": "SEA", "merge": True}).json()
    assert (merged["name"], merged["pictures"]) == ("sea", 3)
    assert send(api, "PATCH", here, {"name": "x"}).status_code == 404
    here = f"/tags/{merged['id']}"
    assert send(api, "PATCH", here, {"name": "Meer"}).json()["name"] == "Meer"
    assert send(api, "DELETE", here).status_code == 204
    assert send(api, "GET", "/tags").json()["items"] == []
    made = Change.objects.filter(kind="tag").first()
    assert send(api, "POST", f"/changes/{made.pk}/undo").status_code == 409


def test_the_trash_is_listed_and_emptied(api, cast, images):
    for image in images[:2]:
        assert send(api, "DELETE", f"/images/{image.pk}").json()["changed"] == 1
    trash = send(api, "GET", "/trash").json()
    assert [one["id"] for one in trash["items"]] == [str(images[1].pk), str(images[0].pk)]
    assert all(one["trashed_at"] for one in trash["items"])
    assert len(send(api, "GET", "/images").json()["items"]) == 1
    owner = bearer(cast.membership(Role.OWNER), Scope.LIBRARY_WRITE)
    emptied = send(api, "POST", "/trash/empty", headers=owner)
    assert (emptied.json()["changed"], emptied.json()["can_be_undone"]) == (2, False)
    assert Image.objects.filter(purged_at=None).count() == 1
    assert send(api, "GET", f"/images/{images[0].pk}").status_code == 404
    assert send(api, "POST", f"/images/{images[0].pk}/restore").status_code == 404


def test_a_viewer_only_marks_favourites(cast, images):
    viewer = cast.signed_in(Role.VIEWER)
    suffix = f"?account={cast.team.slug}"
    one = str(images[0].pk)
    liked = send(viewer, "POST", f"/changes{suffix}", {"deed": "favourite", "ids": [one]})
    assert liked.json()["changed"] == 1
    assert send(viewer, "PATCH", f"/images/{one}{suffix}", {"favourite": False}).status_code == 200
    tagged = send(viewer, "POST", f"/changes{suffix}", {"deed": "tag", "tag": "x", "ids": [one]})
    assert tagged.status_code == 403
    assert send(viewer, "PATCH", f"/images/{one}{suffix}", {"title": "x"}).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"deed": "burn", "ids": ["{one}"]},
        {"deed": "trash"},
        {"deed": "trash", "ids": []},
        {"deed": "trash", "ids": ["x"]},
        {"deed": "trash", "ids": ["{one}"], "matching": ""},
        {"deed": "trash", "matching": "x" * 5000},
        {"deed": "trash", "matching": "", "until": "yesterday"},
        {"deed": "trash", "matching": "", "until": "2026-01-01T00:00:00"},
        {"deed": "tag", "ids": ["{one}"]},
        {"deed": "tag", "tag": "a\u0000b", "ids": ["{one}"]},
        {"deed": "tag", "tag": "\u0301", "ids": ["{one}"]},
        {"deed": "add_to_album", "ids": ["{one}"]},
        {"deed": "add_to_album", "ids": ["{one}"], "new_album": "x" * 150},
    ],
)
def test_bad_changes_change_nothing(api, images, body):
    filled = json.loads(json.dumps(body).replace("{one}", str(images[0].pk)))
    assert send(api, "POST", "/changes", filled).status_code == 422
    assert not Change.objects.exists()


def test_ten_thousand_ids_are_a_selection_and_one_more_is_not(api, images):
    nothing = [f"019aa1b2-0000-7000-8000-{number:012x}" for number in range(10_000)]
    body = {"deed": "trash", "ids": [str(images[0].pk), *nothing[:-1]]}
    assert send(api, "POST", "/changes", body).json()["changed"] == 1
    assert send(api, "POST", "/changes", {**body, "ids": [*nothing, "x"]}).status_code == 422
