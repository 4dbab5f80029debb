"""Making, changing, listing and revoking links: on the pages, and in the API."""

import logging
import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from imagestudio.accounts.models import Role
from imagestudio.http.logs import safe
from imagestudio.library.exceptions import NotShareable
from imagestudio.library.models import Image, ShareLink
from imagestudio.library.models.sharing import secret_hash
from imagestudio.library.services.shares import revoke_all, share_image

ADDRESS = re.compile(r'<code id="secret">([^<]+/s/([\w-]+)/)</code>')


def test_a_link_is_made_on_the_page_and_shown_once(creator_client, team, image, stranger) -> None:
    page = f"/a/{team.slug}/images/{image.pk}/share"
    form = {"life": "7", "shows_prompt": "on"}
    url, secret = ADDRESS.search(
        unescape(creator_client.post(page, form).content.decode())
    ).groups()
    link = ShareLink.objects.get()
    assert bytes(link.hash) == secret_hash(secret)
    assert len(secret) == 32  # 192 bits
    assert timedelta(days=6) < link.expires_at - timezone.now() < timedelta(days=8)
    assert (link.shows_prompt, link.allows_download, link.password) == (True, False, "")
    assert stranger.get(url.removeprefix("http://127.0.0.1:8000")).status_code == 200
    again = creator_client.get(page).content.decode()
    assert secret not in again
    assert f"…{link.hint}" in again


def test_an_albums_link_too(creator_client, team, album, stranger) -> None:
    page = f"/a/{team.slug}/albums/{album.pk}/share"
    html = unescape(creator_client.post(page, {"life": ""}).content.decode())
    assert "Foxes" in stranger.get(f"/s/{ADDRESS.search(html)[2]}/").content.decode()
    assert ShareLink.objects.get().expires_at is None


@pytest.mark.parametrize("form", [{"life": "8"}, {"life": "7", "password": "short"}])
def test_bad_terms_make_no_link(creator_client, team, image, form) -> None:
    answer = creator_client.post(f"/a/{team.slug}/images/{image.pk}/share", form)
    assert answer.status_code == 422
    assert not ShareLink.objects.exists()


def test_the_list_shows_what_by_whom_and_until_when(creator_client, team, image, album, share):
    share(image, password="eight or more", expires_at=timezone.now() + timedelta(days=3))
    share(album)
    html = creator_client.get(f"/a/{team.slug}/shares/").content.decode()
    for words in ("MARKED title", "Foxes", "creator-", "until", "password", "never opened"):
        assert words in html
    revoke_all(account=team)
    assert "Nothing is shared." in creator_client.get(f"/a/{team.slug}/shares/").content.decode()
    ended = creator_client.get(f"/a/{team.slug}/shares/?state=ended").content.decode()
    assert "Foxes" in ended
    assert "revoked" in ended


def test_a_link_is_changed_on_its_page(creator_client, team, image, share, stranger) -> None:
    address = share(image, password="eight or more")
    link = ShareLink.objects.get()
    page = f"/a/{team.slug}/shares/{link.pk}/"
    assert "as long as now (until it is revoked)" in creator_client.get(page).content.decode()
    form = {"life": "1", "forget_password": "on", "allows_download": "on"}
    assert creator_client.post(page, form).status_code == 302
    link.refresh_from_db()
    assert (link.password, link.allows_download) == ("", True)
    assert link.expires_at < timezone.now() + timedelta(days=2)
    assert stranger.get(address).status_code == 200
    creator_client.post(page, {"life": "kept"})
    assert ShareLink.objects.get().expires_at == link.expires_at


def test_a_revoked_link_stays_revoked(creator_client, team, image, share, stranger, api) -> None:
    address = share(image)
    link = ShareLink.objects.get()
    creator_client.post(f"/a/{team.slug}/shares/{link.pk}/revoke")
    assert stranger.get(address).status_code == 404
    patch = api.patch(f"/api/v1/shares/{link.pk}", {}, content_type="application/json")
    assert patch.status_code == 404
    assert creator_client.post(f"/a/{team.slug}/shares/{link.pk}/revoke").status_code == 404
    assert api.delete(f"/api/v1/shares/{link.pk}").status_code == 404


def test_the_list_takes_as_many_statements_for_many_links(
    creator_client, team, image, album, share, django_assert_max_num_queries
) -> None:
    for _ in range(4):
        share(image)
        share(album)
    with django_assert_max_num_queries(8):
        creator_client.get(f"/a/{team.slug}/shares/")


def test_a_program_makes_changes_and_revokes_links(api: Client, image, stranger) -> None:
    until = (timezone.now() + timedelta(days=1)).isoformat()
    wish = {"image_id": str(image.pk), "expires_at": until, "shows_prompt": True}
    made = api.post("/api/v1/shares", wish, content_type="application/json")
    assert made.status_code == 201
    share, path = made.json()["share"], made.json()["url"].removeprefix("http://127.0.0.1:8000")
    assert "MARKED prompt" in stranger.get(path).content.decode()
    assert (share["has_password"], share["shows_prompt"]) == (False, True)
    one = f"/api/v1/shares/{share['id']}"
    changed = api.patch(one, {"shows_prompt": False}, content_type="application/json").json()
    assert changed["shows_prompt"] is False
    assert changed["expires_at"] == share["expires_at"]
    assert "MARKED" not in stranger.get(path).content.decode()
    seen = api.get("/api/v1/shares", {"state": "live"}).json()["items"]
    assert [entry["id"] for entry in seen] == [share["id"]]
    assert seen[0]["seen_at"]
    assert "url" not in seen[0]
    assert api.delete(one).status_code == 204
    assert stranger.get(path).status_code == 404
    assert api.get("/api/v1/shares", {"state": "live"}).json()["items"] == []
    assert api.get(one).json()["revoked_at"]


BAD = {
    "nothing": {},
    "two things": {"image_id": "{image}", "album_id": "{image}"},
    "the past": {"image_id": "{image}", "expires_at": "2020-01-01T00:00:00Z"},
    "no zone": {"image_id": "{image}", "expires_at": "2027-01-01T00:00:00"},
    "far away": {"image_id": "{image}", "expires_at": "9999-01-01T00:00:00Z"},
    "short": {"image_id": "{image}", "password": "1234567"},
    "long": {"image_id": "{image}", "password": "a" * 129},
    "nul": {"image_id": "{image}", "password": "12345678\0"},
    "no flag": {"image_id": "{image}", "shows_prompt": "yes"},
    "more": {"image_id": "{image}", "account": "others"},
}


@pytest.mark.parametrize("wish", BAD.values(), ids=BAD)
def test_bad_wishes_make_no_link(api: Client, image, wish) -> None:
    filled = {name: str(image.pk) if one == "{image}" else one for name, one in wish.items()}
    answer = api.post("/api/v1/shares", filled, content_type="application/json")
    assert answer.status_code == 422
    assert not ShareLink.objects.exists()


def test_what_strangers_may_not_see_cannot_be_shared(cast, image) -> None:
    Image.objects.update(moderation="hidden_public")
    with pytest.raises(NotShareable):
        share_image(membership=cast.membership(Role.OWNER), image_id=image.pk, terms={})


def test_no_line_of_the_log_tells_a_secret(share, image, stranger, caplog) -> None:
    address = share(image)
    secret = address.split("/")[2]
    revoke_all(account=image.account)
    with caplog.at_level(logging.DEBUG):
        stranger.get(address)
        stranger.get(f"{address}nothing")
    lines = [safe(record.getMessage()) for record in caplog.records]
    assert any("Not Found: /s/…" in line for line in lines)
    assert not [line for line in lines if secret in line]
    for text in (f"/S/{secret}/", f"%2Fs%2F{secret}", f'"http://a/s/{secret}?after=1"'):
        assert secret not in safe(text)
