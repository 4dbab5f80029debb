"""What is not public is nowhere: in no list, no search, no feed, no count, behind no address."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from imagestudio.accounts.models import Account, Role, Scope, Standing, User
from imagestudio.library.models import Appearance, Image, KnownBadHash, Love, Publication
from imagestudio.library.services import bans, publishing
from imagestudio.moderation.models import Report
from imagestudio.moderation.services.banning import go_on
from imagestudio.moderation.services.banning.sweeping import begin_sweep
from tests.factories import Cast, bearer, make_image, make_user

NOTHING = "019aa1b2-0000-7000-8000-000000000000"
OF_THIS_REQUEST = re.compile(rb"[0-9a-f]{32}|[A-Za-z0-9]{64}")
SECRET = "SEEN-BY-NOBODY"
LISTS = [f"/explore/?q={SECRET}", "/explore/?sort=loved", "/explore/feed.atom"]
LISTS += [f"/api/v1/explore?q={SECRET}"]
READS = ["/explore/{}/", "/explore/{}/report", "/explore/{}/renditions/256", "/api/v1/explore/{}"]
READS_OF_PEOPLE = ["/explore/{}/remix", "/a/{slug}/?remix={}"]
REPORT = {"reason": "hate"}


def columns(**fields: object) -> Callable[[Image], object]:
    return lambda image: Image.objects.filter(pk=image.pk).update(**fields)


def account_stands(standing: Standing) -> Callable[[Image], object]:
    return lambda image: Account.objects.filter(pk=image.account_id).update(standing=standing)


def person_stands(standing: Standing, **fields: object) -> Callable[[Image], object]:
    rows = User.objects.filter
    return lambda image: rows(pk=image.created_by_id).update(standing=standing, **fields)


def asker_stands(standing: Standing) -> Callable[[Image], object]:
    def change(image: Image) -> None:
        asker = make_user(standing=standing)
        Publication.objects.filter(pk=image.pk).update(asked_by=asker)

    return change


def asks(image: Image) -> None:
    publishing.publish(
        image=image, user=image.created_by, shows_prompt=True, name=SECRET, is_approved=False
    )


def held_by_look(image: Image) -> None:
    """Let a search find that it looks like a picture that was just banned."""
    phash = bytes(range(32))
    for one in (image, bad := make_image(image.account, image.created_by)):
        Appearance.objects.filter(file=one.file).delete()
        Appearance.objects.create(
            file=one.file, account=one.account, phash=phash, keys=[1], palette=[], colours=[]
        )
    bans.ban(image=bad, hides="hidden_all", reason="hate", with_look=True)
    look = KnownBadHash.objects.get(kind="look")
    go_on(sweep_id=begin_sweep(ban=look, user=image.created_by).pk)
    assert Image.objects.get(pk=image.pk).moderation == "hidden_all"


NOT_PUBLIC: dict[str, Callable[[Image], object]] = {
    "requested": asks,
    "rejected": lambda image: publishing.settle(image=image, review="rejected"),
    "withdrawn": lambda image: publishing.withdraw(image=image),
    "trashed": columns(trashed_at=timezone.now()),
    "purged": columns(purged_at=timezone.now(), file=None),
    "hidden from others": columns(moderation="hidden_public"),
    "hidden from all": columns(moderation="hidden_all"),
    "quarantined": columns(moderation="quarantined_legal"),
    "held by its look": held_by_look,
    "account blocked": account_stands(Standing.GALLERY_BLOCKED),
    "account may not make": account_stands(Standing.GENERATION_BLOCKED),
    "account suspended": account_stands(Standing.SUSPENDED),
    "account closed": lambda image: Account.objects.filter(pk=image.account_id).update(
        closed_at=timezone.now()
    ),
    "asker blocked": asker_stands(Standing.GALLERY_BLOCKED),
    "maker blocked": person_stands(Standing.GALLERY_BLOCKED),
    "maker suspended": person_stands(Standing.SUSPENDED, is_active=False),
    "maker closed": person_stands(Standing.CLOSED, is_active=False),
}


def status_and_body(answer) -> tuple[int, bytes]:
    body = b"".join(answer) if answer.streaming else answer.content
    return answer.status_code, OF_THIS_REQUEST.sub(b"", body)


@pytest.fixture(scope="module")
def of_nothing() -> dict[str, tuple[int, bytes]]:
    """Return a place for what is answered to the id of nothing: the same in each of these tests."""
    return {}


@pytest.fixture
def passer_by(cast: Cast) -> Client:
    """Return the browser of somebody who is signed in and has nothing to do with the picture."""
    return cast.signed_in("stranger")


@pytest.mark.parametrize("make_it_so", NOT_PUBLIC.values(), ids=NOT_PUBLIC)
def test_it_is_nowhere_and_looks_like_nothing(
    cast, stranger, passer_by, published, of_nothing, make_it_so
) -> None:
    image, neighbour = published(SECRET, prompt=SECRET, name=SECRET), published("Beside it")
    page, slug = f"/explore/{image.pk}/", cast.user("stranger").personal_account.slug
    make_it_so(image)
    for address in (*LISTS, f"/explore/{neighbour.pk}/"):
        text = stranger.get(address).content.decode().replace(f'value="{SECRET}"', "")
        assert SECRET not in text.replace(f"q={SECRET}", ""), address
        assert str(image.pk) not in text, address
    asked = [(stranger, one) for one in READS] + [(passer_by, one) for one in READS_OF_PEOPLE]
    for browser, address in asked:
        status, body = status_and_body(browser.get(address.format(image.pk, slug=slug)))
        if address not in of_nothing:
            of_nothing[address] = status_and_body(browser.get(address.format(NOTHING, slug=slug)))
        body = body.replace(str(image.pk).encode(), NOTHING.encode())
        assert (status, body) == of_nothing[address], address
        assert status == 404
    program = Client(headers=bearer(cast.membership_of_stranger(), Scope.LIBRARY_WRITE))
    love, body = f"/api/v1{page}love", REPORT | {"image_id": str(image.pk)}
    tried = [
        passer_by.post(f"{page}love", {"loves": "0"}),
        passer_by.post(f"{page}report", REPORT),
        program.put(love),
        program.delete(love),
        program.post("/api/v1/reports", body, "application/json"),
    ]
    assert {one.status_code for one in tried} == {404}
    assert not Love.objects.exists()
    assert not Report.objects.exists()


def test_as_long_as_it_is_public_it_is_everywhere(stranger, published) -> None:
    image = published(SECRET, prompt=SECRET, name=SECRET)
    for address in LISTS:
        assert str(image.pk) in stranger.get(address).content.decode(), address


def test_what_comes_back_is_seen_again_with_its_loves(passer_by, published) -> None:
    image = published()
    passer_by.post(f"/explore/{image.pk}/love")
    columns(trashed_at=timezone.now())(image)
    assert passer_by.get(f"/explore/{image.pk}/").status_code == 404
    columns(trashed_at=None)(image)
    assert passer_by.get(f"/explore/{image.pk}/").status_code == 200
    assert Publication.objects.get().loves == 1


def test_members_of_its_account_are_strangers_here_too(creator_client, published) -> None:
    image = published()
    publishing.withdraw(image=image)
    assert creator_client.get(f"/explore/{image.pk}/").status_code == 404


def test_bytes_that_a_browser_kept_are_asked_for_anew_and_gone(stranger, published) -> None:
    image = published()
    address = f"/explore/{image.pk}/renditions/256"
    answer = stranger.get(address)
    assert b"".join(answer)
    assert "no-cache" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    known = {"If-None-Match": answer["ETag"]}
    assert stranger.get(address, headers=known).status_code == 304
    publishing.withdraw(image=image)
    assert stranger.get(address, headers=known).status_code == 404


def test_pages_are_kept_by_no_cache(stranger, published) -> None:
    image = published()
    for address in ("/explore/", f"/explore/{image.pk}/", "/explore/feed.atom", "/api/v1/explore"):
        assert stranger.get(address)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("role", [Role.CREATOR, "stranger"])
def test_the_original_has_no_address_here(cast, published, role) -> None:
    image = published()
    for what in ("original", "renditions/4096", "renditions/255", "converted"):
        assert cast.signed_in(role).get(f"/explore/{image.pk}/{what}").status_code == 404
