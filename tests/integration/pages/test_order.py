"""Albums, the trash, tags on a picture's page, and the notice that undoes."""

import json
import re

import pytest

from imagestudio.accounts.models import Role
from imagestudio.library.models import Album, Change, Image
from imagestudio.library.services.albums import create_album
from tests.factories import make_copies, make_image

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def images(cast, team):
    one = make_image(team, cast.user(Role.CREATOR), title="A fox")
    return [one, *make_copies(one, 2)]


@pytest.fixture
def root(team):
    return f"/a/{team.slug}"


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_deed_is_answered_with_a_notice_that_undoes_it(post, root, images):
    ids = [str(one.pk) for one in images[:2]]
    answer = post(f"{root}/library/changes", {"deed": "trash", "id": ids}, **HTMX)
    made = Change.objects.get()
    assert "2 pictures moved to the trash." in text(answer)
    assert f"/changes/{made.pk}/undo" in text(answer)
    assert answer["HX-Retarget"] == "#notices"
    news = json.loads(answer["HX-Trigger"])["library-changed"]
    assert (news["deed"], news["count"], set(news["ids"])) == ("trash", 2, set(ids))
    undone = post(f"{root}/changes/{made.pk}/undo", **HTMX)
    news = json.loads(undone["HX-Trigger"])["library-changed"]
    assert (news["deed"], news["count"], set(news["ids"])) == ("restore", 2, set(ids))
    assert "Undo</button>" not in text(undone)


def test_without_scripts_one_comes_back_and_can_undo_on_a_page(window, post, root, images):
    fields = {"deed": "tag", "tag": "sea", "all": "1", "matching": "", "next": f"{root}/albums/"}
    answer = post(f"{root}/library/changes", fields)
    assert (answer.status_code, answer["Location"]) == (302, f"{root}/albums/")
    page = text(window.get(f"{root}/changes/"))
    assert "3 pictures tagged “sea”." in page
    made = Change.objects.get()
    post(f"{root}/changes/{made.pk}/undo")
    assert "Undone: 3 pictures as before." in text(window.get(f"{root}/changes/"))
    outside = post(f"{root}/library/changes", {**fields, "next": "https://elsewhere.example/"})
    assert outside["Location"] == f"{root}/library/"


@pytest.mark.parametrize(
    "fields",
    [
        {"deed": "burn"},
        {"deed": "trash"},
        {"deed": "trash", "id": "x"},
        {"deed": "add_to_album", "album": "x"},
        {"deed": "tag", "tag": ""},
        {"deed": "trash", "all": "1", "until": "x"},
    ],
)
def test_bad_forms_change_nothing(post, root, images, fields):
    filled = {"id": str(images[0].pk), **fields} if fields != {"deed": "trash"} else fields
    assert post(f"{root}/library/changes", filled, **HTMX).status_code == 422
    assert post(f"{root}/library/changes", filled).status_code == 302
    assert not Change.objects.exists()


def test_an_album_is_made_filled_arranged_and_removed(window, post, root, images):
    assert "Albums hold pictures together" in text(window.get(f"{root}/albums/"))
    here = post(f"{root}/albums/", {"name": "Sea"})["Location"]
    assert "Nothing is in this album yet" in text(window.get(here))
    ids = [str(one.pk) for one in images]
    album = Album.objects.get()
    post(f"{root}/library/changes", {"deed": "add_to_album", "album": album.pk, "id": ids})

    def shown():
        return [str(one.pk) for one in window.get(here).context["images"]]

    assert shown() == ids
    post(f"{here}move", {"image": ids[2], "before": ids[0]})
    assert shown() == [ids[2], ids[0], ids[1]]
    post(f"{here}move", {"image": ids[2], "after": ids[0]}, **HTMX)
    assert shown() == [ids[0], ids[2], ids[1]]
    post(f"{here}move", {"image": ids[0], "before": ""})
    assert shown() == [ids[2], ids[1], ids[0]]
    post(f"{here}cover", {"image": ids[1], "next": f"{here}?arrange"})
    assert Album.objects.get().cover_id == images[1].pk
    assert 'aria-pressed="true"' in text(window.get(f"{here}?arrange"))
    post(
        f"{root}/library/changes",
        {"deed": "remove_from_album", "from_album": album.pk, "id": ids[0]},
    )
    assert shown() == [ids[2], ids[1]]
    post(f"{here}remove")
    assert window.get(here).status_code == 404
    assert "Bring back" in text(window.get(f"{root}/albums/"))
    post(f"{here}restore")
    assert shown() == [ids[2], ids[1]]


def test_albums_are_put_into_each_other_and_in_order(window, post, root, cast):
    member = cast.membership(Role.CREATOR)
    one, two, three = (create_album(membership=member, name=name) for name in "abc")
    post(f"{root}/albums/{three.pk}/place", {"before": str(one.pk)})
    post(f"{root}/albums/{two.pk}/rename", {"name": "Inside", "parent": str(one.pk)})
    albums = window.get(f"{root}/albums/").context["albums"]
    assert [(album.name, [one.name for one in album.inside]) for album in albums] == [
        ("c", []),
        ("a", ["Inside"]),
    ]
    assert "a</a>" in text(window.get(f"{root}/albums/{two.pk}/"))
    deeper = post(f"{root}/albums/", {"name": "x", "parent": str(two.pk)}, **HTMX)
    assert deeper.status_code == 422
    assert post(f"{root}/albums/{one.pk}/fly").status_code == 404


def test_the_trash_says_how_long_and_is_emptied_by_those_who_may(window, cast, post, root, images):
    assert "The trash is empty." in text(window.get(f"{root}/trash/"))
    ids = [str(one.pk) for one in images]
    post(f"{root}/library/changes", {"deed": "trash", "id": ids})
    page = text(window.get(f"{root}/trash/"))
    assert "30 days left" in page
    assert "Empty trash" not in page
    admin = cast.signed_in(Role.ADMIN)
    assert "Empty trash" in text(admin.get(f"{root}/trash/"))
    post(f"{root}/library/changes", {"deed": "restore", "id": ids[0]})
    picture = text(window.get(f"{root}/images/{ids[1]}/"))
    assert "Removed for good in 30 days." in picture
    assert "Use as source" not in picture
    admin.post(f"{root}/library/changes", {"deed": "purge", "all": "1"})
    assert Image.objects.filter(purged_at=None).count() == 1
    assert window.get(f"{root}/images/{ids[1]}/").status_code == 404


def test_a_picture_is_organised_on_its_page(window, post, root, images):
    here = f"{root}/images/{images[0].pk}/"
    answer = post(f"{here}organise", {"title": "A <b>red</b> fox"}, **HTMX)
    assert 'value="A &lt;b&gt;red&lt;/b&gt; fox"' in text(answer)
    for name in ("snow", "wild life"):
        answer = post(f"{here}organise", {"add_tag": name}, **HTMX)
    assert "?tag=wild%20life" in text(answer)
    post(f"{here}organise", {"drop_tag": "snow"})
    post(f"{here}organise", {"favourite": "1"})
    page = text(window.get(here))
    assert "Remove the tag wild life" in page
    assert "Remove the tag snow" not in page
    assert 'name="favourite" value="0"' in page
    assert post(f"{here}organise", {"add_tag": "x" * 51}, **HTMX).status_code == 422
    assert post(f"{here}organise", {"title": "a\0b"}, **HTMX).status_code == 422


def test_a_viewer_sees_no_way_to_change(cast, root, images):
    viewer = cast.signed_in(Role.VIEWER)
    page = text(viewer.get(f"{root}/images/{images[0].pk}/"))
    assert "Move to the trash" not in page
    assert "Add a tag" not in page
    assert "Favourite" in page
    assert viewer.post(f"{root}/albums/", {"name": "x"}).status_code == 403
