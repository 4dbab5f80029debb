"""Albums through the API: making, nesting, ordering, covers, removing and bringing back."""

import json

import pytest

from imagestudio.accounts.models import Role
from imagestudio.library.models import Album, Image
from imagestudio.library.services.positions import GAP
from tests.factories import make_copies, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(api):
    """Return a way to call the API with JSON, that gives status and body."""

    def send(method, path, body=None, **headers):
        answer = api.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, answer.json() if answer.content else None

    return send


@pytest.fixture
def images(cast, team):
    """Return four pictures, the newest first."""
    one = make_image(team, cast.user(Role.CREATOR))
    return [one, *make_copies(one, 3)]


def album(call, name, **fields):
    status, made = call("POST", "/albums", {"name": name, **fields})
    assert status == 201, made
    return made["id"]


def order(call, album_id):
    return [one["id"] for one in call("GET", f"/albums/{album_id}/images")[1]["items"]]


def test_an_album_from_its_making_to_its_end(call, images):
    key = {"Idempotency-Key": "once"}
    status, made = call("POST", "/albums", {"name": " The  sea "}, **key)
    assert (status, made["name"], made["pictures"]) == (201, "The sea", 0)
    assert call("POST", "/albums", {"name": " The  sea "}, **key)[1] == made
    here = f"/albums/{made['id']}"
    ids = [str(one.pk) for one in images]
    status, change = call("POST", f"{here}/images", {"ids": ids[::-1]})
    assert (status, change["changed"]) == (200, 4)
    assert order(call, made["id"]) == ids[::-1]
    assert call("PATCH", here, {"name": "Sea", "cover": ids[2]})[1]["cover"] == ids[2]
    assert call("POST", f"{here}/images/remove", {"ids": ids[:1]})[1]["changed"] == 1
    assert call("GET", here)[1]["pictures"] == 3
    assert [one["name"] for one in call("GET", "/albums")[1]["items"]] == ["Sea"]

    call("DELETE", f"/images/{ids[2]}")
    assert call("GET", here)[1]["pictures"] == 2
    assert ids[2] not in order(call, made["id"])
    call("POST", f"/images/{ids[2]}/restore")
    assert order(call, made["id"]) == [ids[3], ids[2], ids[1]]

    assert call("DELETE", here)[0] == 204
    assert call("GET", here)[0] == call("DELETE", here)[0] == 404
    assert Image.objects.filter(is_listed=True).count() == 4
    assert call("POST", f"{here}/restore")[1]["pictures"] == 3


def test_albums_are_nested_one_level_deep(call):
    top, inner = album(call, "Top"), None
    inner = album(call, "Inner", parent=top)
    assert call("POST", "/albums", {"name": "Too deep", "parent": inner})[0] == 422
    other = album(call, "Other")
    assert call("PATCH", f"/albums/{top}", {"parent": other})[0] == 422
    assert call("PATCH", f"/albums/{other}", {"parent": inner})[0] == 422
    assert call("PATCH", f"/albums/{other}", {"parent": other})[0] == 422
    assert call("PATCH", f"/albums/{other}", {"parent": top, "before": inner})[0] == 200
    assert call("PATCH", f"/albums/{other}", {"parent": None})[1]["parent"] is None
    call("DELETE", f"/albums/{top}")
    assert [one["id"] for one in call("GET", "/albums")[1]["items"]] == [other]
    call("POST", f"/albums/{inner}/restore")  # on its own, because the other is gone
    assert call("GET", f"/albums/{inner}")[1]["parent"] is None


def test_pictures_are_put_in_order_by_hand(call, images):
    ids = [str(one.pk) for one in images]
    here = album(call, "By hand")
    call("POST", f"/albums/{here}/images", {"ids": ids})

    def move(which, before):
        before_id = None if before is None else ids[before]
        return call("PATCH", f"/albums/{here}/images/{ids[which]}", {"before": before_id})[0]

    assert move(3, 1) == move(0, None) == 204
    assert order(call, here) == [ids[3], ids[1], ids[2], ids[0]]
    assert move(0, 0) == 204
    stranger = str(make_image(images[0].account, images[0].created_by).pk)
    assert call("PATCH", f"/albums/{here}/images/{stranger}", {"before": ids[0]})[0] == 422
    assert call("PATCH", f"/albums/{here}/images/{ids[0]}", {"before": stranger})[0] == 422


def test_there_is_always_room_between_two(call, cast, team):
    """However often something is put into the same place."""
    one = make_image(team, cast.user(Role.CREATOR))
    ids = [str(one.pk), *(str(copy.pk) for copy in make_copies(one, 39))]
    here = album(call, "Crowded")
    call("POST", f"/albums/{here}/images", {"ids": ids})
    for turn in range(2, 40):  # each is put just before the last one that was put there
        call(
            "PATCH",
            f"/albums/{here}/images/{ids[turn]}",
            {"before": ids[1 if turn == 2 else turn - 1]},
        )
    assert order(call, here) == [ids[0], *ids[:1:-1], ids[1]]
    places = (
        Album.objects.get(pk=here).items.order_by("position").values_list("position", flat=True)
    )
    assert len(set(places)) == 40
    assert max(places) < 100 * GAP


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": ""}, 422),
        ({"name": " \t"}, 422),
        ({"name": "x" * 101}, 422),
        ({"name": "a\u0007b"}, 422),
        ({"name": "a\u0000b"}, 422),
        ({"name": 5}, 422),
        ({"name": "a", "parent": "x"}, 422),
        ({"name": "a", "colour": "red"}, 422),
        ([], 422),
    ],
)
def test_bad_albums_are_refused(call, body, status):
    assert call("POST", "/albums", body)[0] == status
    assert not Album.objects.exists()


def test_a_cover_is_one_of_its_pictures(call, images):
    here = album(call, "Sea")
    assert call("PATCH", f"/albums/{here}", {"cover": str(images[0].pk)})[0] == 422


def test_a_cursor_of_another_album_is_refused(call, images):
    ids = [str(one.pk) for one in images]
    cursors = []
    for name in "ab":
        here = album(call, name)
        call("POST", f"/albums/{here}/images", {"ids": ids})
        page = call("GET", f"/albums/{here}/images?limit=2")[1]
        cursors.append((here, page["next_cursor"]))
    (one, first), (two, _) = cursors
    rest = call("GET", f"/albums/{one}/images?limit=2&cursor={first}")[1]
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == (ids[2:], None)
    assert call("GET", f"/albums/{two}/images?cursor={first}")[0] == 422
    assert call("GET", f"/albums/{two}/images?cursor=x")[0] == 422
