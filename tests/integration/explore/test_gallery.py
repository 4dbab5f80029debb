"""The gallery: what is public, newest or most loved first, found by the words that are shown."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imagestudio.accounts.models import Role
from imagestudio.library.explore import PAGE
from imagestudio.library.models import Image, Publication
from imagestudio.library.services import publishing

TILE = re.compile(r'class="exhibit-link" href="/explore/([0-9a-f-]+)/')
OLDER = re.compile(r'class="older" href="([^"]+)"')
PART = {"HX-Request": "true"}


def ids(client, address: str, **headers: str) -> list[str]:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return TILE.findall(answer.content.decode())


def test_strangers_and_members_see_the_same_pictures(stranger, creator_client, published) -> None:
    first, second = published("First"), published("Second")
    for client in (stranger, creator_client):
        assert ids(client, "/explore/") == [str(second.pk), str(first.pk)]


def test_nothing_else_of_a_picture_is_said(stranger, published, cast) -> None:
    image = published()
    maker, name = cast.user(Role.CREATOR), image.file.key.rpartition("/")[2]
    private = ["MARKED", cast.team.slug, cast.team.name, maker.email, str(maker.pk), name]
    private += [str(cast.team.pk), image.file.sha256.hex(), str(image.file_id), "openai"]
    page = f"/explore/{image.pk}/"
    for address in (
        "/explore/",
        page,
        f"{page}report",
        "/explore/feed.atom",
        f"/api/v1{page[:-1]}",
    ):
        text = stranger.get(address).content.decode()
        assert not [words for words in private if words in text], address


def test_pages_follow_each_other_without_gap_or_repeat(stranger, many) -> None:
    html = stranger.get("/explore/").content.decode()
    more = unescape(OLDER.search(html)[1])
    part = stranger.get(more, headers=PART).content.decode()
    assert "<html" not in part
    assert OLDER.search(part) is None
    assert TILE.findall(html) + TILE.findall(part) == many
    assert ids(stranger, more) == many[PAGE:]  # without a script, as a page of its own


def test_what_comes_meanwhile_does_not_move_what_follows(stranger, many, published) -> None:
    more = unescape(OLDER.search(stranger.get("/explore/").content.decode())[1])
    published("Newer than all")
    assert ids(stranger, more) == many[PAGE:]


def test_what_is_loved_most_comes_first(stranger, many) -> None:
    rows = Publication.objects.order_by("-loves", "-published_at", "-image_id")
    wanted = [str(one.pk) for one in rows]
    html = stranger.get("/explore/?sort=loved").content.decode()
    more = unescape(OLDER.search(html)[1])
    assert TILE.findall(html) + ids(stranger, more, **PART) == wanted


@pytest.mark.parametrize("sort", ["newest", "loved"])
@pytest.mark.parametrize("cursor", ["x", "1.x", "-1.x", "\0", "9" * 30 + ".x", "²." + "x"])
def test_a_senseless_cursor_is_refused(stranger, sort, cursor) -> None:
    for address in ("/explore/", "/api/v1/explore"):
        assert stranger.get(address, {"sort": sort, "cursor": cursor}).status_code == 422


def test_cursors_belong_to_their_order(stranger, many) -> None:
    more = unescape(OLDER.search(stranger.get("/explore/").content.decode())[1])
    assert stranger.get(f"{more}&sort=loved").status_code == 422


def test_pictures_are_found_by_words_that_are_shown(stranger, published) -> None:
    told = published("Lighthouse", prompt="A tower by the sea", name="Studio North")
    silent = published("Harbour")
    for words in ("lighthouse", "TOWER sea", "stud", "north tow"):
        assert ids(stranger, f"/explore/?q={words}") == [str(told.pk)], words
    assert ids(stranger, "/explore/?q=harbour") == [str(silent.pk)]
    for words in ("marked", "prompt", "openai", "team"):
        assert ids(stranger, f"/explore/?q={words}") == [], words


def test_words_of_before_are_not_found_once_it_is_published_anew(stranger, published) -> None:
    image = published("Lighthouse", prompt="A tower")
    Image.objects.filter(pk=image.pk).update(title="Beacon")
    assert ids(stranger, "/explore/?q=beacon") == []
    image.refresh_from_db()
    publishing.publish(
        image=image, user=image.created_by, shows_prompt=False, name="", is_approved=True
    )
    assert ids(stranger, "/explore/?q=beacon") == [str(image.pk)]
    assert ids(stranger, "/explore/?q=tower") == ids(stranger, "/explore/?q=lighthouse") == []


def test_hostile_words_find_nothing_and_break_nothing(stranger, published) -> None:
    published()
    for words in ("' | 'x", "\\", "a" * 5000, "\0", "=red", ":*", "&", "%00"):
        assert stranger.get("/explore/", {"q": words}).status_code == 200


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/explore/", "Nobody has published a picture yet."),
        ("/explore/?q=nothing", "No public picture matches."),
        ("/explore/?sort=loved", "Nobody has published a picture yet."),
    ],
)
def test_an_empty_gallery_says_so(stranger, address, sentence) -> None:
    assert sentence in stranger.get(address).content.decode()


def test_a_covered_picture_gives_no_address_of_its_bytes(stranger, published) -> None:
    image = published(moderation="blurred")
    assert ids(stranger, "/explore/") == [str(image.pk)]
    page = f"/explore/{image.pk}/"
    assert b"".join(stranger.get(f"{page}renditions/256"))  # for whoever asks
    for address in ("/explore/", page, "/explore/feed.atom", f"{page}report"):
        assert "renditions" not in stranger.get(address).content.decode(), address
    assert "noindex" in stranger.get(page).content.decode()
    assert f"{page}renditions/1024" in stranger.get(f"{page}?show=1").content.decode()


@pytest.mark.parametrize("who", ["stranger", "creator_client"])
def test_it_takes_the_same_few_statements_for_many_pictures(request, who, published, many) -> None:
    client = request.getfixturevalue(who)
    published()
    counts = []
    for address in ("/explore/", "/explore/?q=lighthouse", "/explore/?sort=loved"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    assert len(set(counts)) == 1
    assert counts[0] <= 8


def test_without_explore_there_is_no_such_address(stranger, creator_client, published, settings):
    settings.EXPLORE_IS_ON = False
    image = published(prompt="A tower")
    page = f"/explore/{image.pk}/"
    addresses = ["/explore/", page, "/explore/feed.atom", f"{page}renditions/256", f"{page}report"]
    addresses += ["/api/v1/explore", f"/api/v1{page[:-1]}", f"{page}remix"]
    for client in (stranger, creator_client):
        assert [one for one in addresses if client.get(one).status_code != 404] == []
        assert "/explore/" not in client.get("/", follow=True).content.decode()
