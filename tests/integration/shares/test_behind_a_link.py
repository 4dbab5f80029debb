"""What a stranger sees behind a link: what was shared, at once no more when it ends, no more."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from imagestudio.accounts.models import Account, Role, Standing, User
from imagestudio.library.models import Album, AlbumItem, Image, ShareLink
from imagestudio.library.services.shares import revoke_all
from imagestudio.library.shared import PAGE
from tests.factories import make_image, make_rendition, paint
from tests.integration.shares.conftest import put

TILE = re.compile(r'class="tile-link" href="([^"]+)"')
OF_THIS_REQUEST = re.compile(rb"[0-9a-f]{32}")


def html_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def status(client, address: str) -> int:
    """Return the status of an answer, of which the bytes are read too."""
    answer = client.get(address)
    if answer.streaming:
        assert b"".join(answer)
    return answer.status_code


def statuses(client, *addresses: str) -> set[int]:
    return {status(client, one) for one in addresses}


def test_a_picture_is_shown_and_nothing_else_is_said(stranger, share, image, team, cast) -> None:
    answer = stranger.get(share(image))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "renditions/1024" in html
    maker = cast.user(Role.CREATOR)
    private = ["MARKED", team.slug, team.name, maker.email, str(maker.pk), str(image.file_id)]
    assert not [words for words in private if words in html]
    assert not answer.cookies
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]


def test_title_and_prompt_are_shown_if_that_was_chosen(stranger, share, image) -> None:
    html = html_of(stranger, share(image, shows_prompt=True))
    assert "MARKED title" in html
    assert "MARKED prompt" in html


def test_a_signed_in_member_is_a_stranger_too(creator_client, share, image, team) -> None:
    assert team.slug not in html_of(creator_client, share(image))


def test_the_original_is_given_out_only_if_that_was_chosen(stranger, share, image) -> None:
    closed, open_ = share(image), share(image, allows_download=True)
    assert stranger.get(f"{closed}images/{image.pk}/original").status_code == 404
    answer = stranger.get(f"{open_}images/{image.pk}/original?download")
    assert len(b"".join(answer)) == image.file.bytes
    assert answer["Content-Disposition"] == 'attachment; filename="picture.png"'
    assert image.file.sha256.hex() not in answer["ETag"]
    assert answer["Cache-Control"] == "private, no-store"


def test_a_rendition_is_never_the_original_in_disguise(stranger, share, cast) -> None:
    image = make_image(cast.team, cast.user(Role.CREATOR), data=paint(2000, 100))
    address = f"{share(image)}images/{image.pk}/renditions/"
    made = image.file.renditions.get()
    assert len(b"".join(stranger.get(f"{address}1024"))) == made.bytes != image.file.bytes
    make_rendition(image.file, "512")
    assert b"".join(stranger.get(f"{address}1024"))
    image.file.renditions.all().delete()
    assert statuses(stranger, f"{address}1024", f"{address}300") == {404}


def test_an_album_is_shown_in_its_order_page_by_page(stranger, share, album, cast) -> None:
    user = cast.user(Role.CREATOR)
    first = make_image(cast.team, user)
    images = Image.objects.bulk_create(
        Image(
            account=cast.team,
            created_by=user,
            file=first.file,
            origin=first.origin,
            format=first.format,
            width=first.width,
            height=first.height,
            placeholder=first.placeholder,
        )
        for _ in range(PAGE)
    )
    AlbumItem.objects.bulk_create(
        AlbumItem(album=album, image=one, position=7, added_at=one.added_at) for one in images
    )
    address = share(album)
    html = html_of(stranger, address)
    assert "Foxes" in html
    shown = TILE.findall(html)
    more = re.search(r'href="(\?after=[^"]+)"', html)[1]
    rest = stranger.get(f"{address}{more}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in rest
    assert "after=" not in rest
    in_order = AlbumItem.objects.filter(album=album).order_by("position", "id")
    assert [*shown, *TILE.findall(rest)] == [f"{address}images/{one.image_id}/" for one in in_order]


def test_pictures_of_an_album_lead_to_each_other(stranger, share, album) -> None:
    address = share(album)
    keys = [one.image_id for one in album.items.order_by("position")]
    answers = [stranger.get(f"{address}images/{key}/") for key in keys]
    beside = [(one.context["previous"], one.context["following"]) for one in answers]
    ids = [(before and before.id, after and after.id) for before, after in beside]
    assert ids == [(None, keys[1]), (keys[0], keys[2]), (keys[1], None)]


@pytest.mark.parametrize("after", ["x", "1", "1.", "1.x", f"{'9' * 30}.{'0' * 32}", "\0.\0", "-"])
def test_a_senseless_place_in_an_album_is_refused(stranger, share, album, after) -> None:
    assert stranger.get(share(album), {"after": after}).status_code == 422


def test_a_nested_album_has_to_be_shared_by_itself(stranger, share, album, image) -> None:
    inner = Album.objects.create(
        account=album.account, name="MARKED", parent=album, made_by=album.made_by
    )
    put(inner, image)
    address = share(album)
    assert "MARKED" not in html_of(stranger, address)
    assert stranger.get(f"{address}images/{image.pk}/").status_code == 404


def test_what_enters_or_leaves_an_album_is_shown_or_gone_at_once(
    stranger, share, album, image
) -> None:
    address = share(album)
    page = f"{address}images/{image.pk}/"
    assert stranger.get(page).status_code == 404
    item = put(album, image)
    assert stranger.get(page).status_code == 200
    assert page in html_of(stranger, address)
    item.delete()
    assert stranger.get(page).status_code == 404
    assert page not in html_of(stranger, address)


HIDING = {
    "trashed": {"trashed_at": timezone.now()},
    "hidden from the public": {"moderation": "hidden_public"},
    "hidden from all": {"moderation": "hidden_all"},
    "quarantined": {"moderation": "quarantined_legal"},
}


@pytest.mark.parametrize("columns", HIDING.values(), ids=HIDING)
def test_a_picture_out_of_sight_is_gone_everywhere_at_once_and_comes_back(
    stranger, share, album, image, columns
) -> None:
    put(album, image)
    alone, among = share(image, allows_download=True), share(album, allows_download=True)
    pages = [f"{root}images/{image.pk}/{what}" for root in (alone, among) for what in PARTS]
    assert statuses(stranger, alone, *pages) == {200}
    before = {name: getattr(image, name) for name in columns}
    Image.objects.filter(pk=image.pk).update(**columns)
    assert statuses(stranger, alone, *pages) == {404}
    assert str(image.pk) not in html_of(stranger, among)
    Image.objects.filter(pk=image.pk).update(**before)
    assert statuses(stranger, alone, *pages) == {200}


PARTS = ("", "renditions/256", "original")


def test_whatever_ends_a_link_looks_the_same(stranger, share, image, album, cast) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    endings = {
        "revoked": lambda: ShareLink.objects.update(revoked_at=yesterday),
        "expired": lambda: ShareLink.objects.update(expires_at=yesterday),
        "of a closed account": lambda: Account.objects.update(closed_at=yesterday),
        "of a suspended one": lambda: Account.objects.update(standing=Standing.SUSPENDED),
        "all revoked": lambda: revoke_all(account=cast.team),
    }
    nothing = OF_THIS_REQUEST.sub(b"", stranger.get("/s/wrong/").content)
    for name, end in endings.items():
        address = share(image)
        of_album = share(album)
        assert stranger.get(address).status_code == 200
        end()
        for answer in (stranger.get(address), stranger.get(of_album)):
            assert answer.status_code == 404, name
            assert OF_THIS_REQUEST.sub(b"", answer.content) == nothing
            assert answer["Cache-Control"] == "private, no-store"
        Account.objects.update(closed_at=None, standing=Standing.OK)


def test_a_removed_album_is_gone_and_comes_back(stranger, share, album) -> None:
    address = share(album)
    Album.objects.update(removed_at=timezone.now())
    assert stranger.get(address).status_code == 404
    Album.objects.update(removed_at=None)
    assert stranger.get(address).status_code == 200


def test_the_links_of_a_suspended_person_lead_nowhere(stranger, share, cast) -> None:
    person = cast.user(Role.CREATOR)
    mine = make_image(person.personal_account, person)
    link = ShareLink.objects.create(
        account=person.personal_account, image=mine, hash=bytes(32), made_by=person
    )
    found = ShareLink.objects.filter(pk=link.pk).reachable()
    assert found.exists()
    User.objects.filter(pk=person.pk).update(standing=Standing.SUSPENDED, is_active=False)
    assert not found.exists()


def test_a_covered_picture_is_shown_when_it_is_asked_for(stranger, share, album, image) -> None:
    put(album, image)
    Image.objects.filter(pk=image.pk).update(moderation="blurred")
    address = share(album)
    bytes_of = f"{address}images/{image.pk}/renditions/"
    assert bytes_of not in html_of(stranger, address)
    page = f"{address}images/{image.pk}/"
    assert bytes_of not in html_of(stranger, page)
    assert bytes_of in html_of(stranger, f"{page}?show=1")


def test_an_empty_album_says_so(stranger, share, album) -> None:
    AlbumItem.objects.all().delete()
    assert "There is nothing in this album now." in html_of(stranger, share(album))


def test_it_is_noted_when_a_link_was_last_opened(stranger, share, image) -> None:
    address = share(image)
    stranger.get(address)
    link = ShareLink.objects.get()
    assert link.seen_at is not None
    earlier = link.seen_at - timedelta(minutes=5)
    ShareLink.objects.update(seen_at=earlier)
    stranger.get(address)
    assert ShareLink.objects.get().seen_at == earlier  # known well enough


def test_a_page_takes_the_same_few_statements_for_many_pictures(
    stranger, share, album, cast, django_assert_num_queries
) -> None:
    address = share(album)
    stranger.get(address)
    for count in (3, 6):
        with django_assert_num_queries(2):
            assert len(TILE.findall(html_of(stranger, address))) == count
        for _ in range(3):
            put(album, make_image(cast.team, cast.user(Role.CREATOR)))
