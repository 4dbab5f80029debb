"""The reads of the library see exactly what the one rule of visibility lets be seen."""

from itertools import product

import pytest
from django.test import Client
from django.utils import timezone

from generations.models import Attempt, State
from imagestudio.accounts.models import Account, Role, Standing, User
from imagestudio.errors import Denied
from imagestudio.library.models import Image, Publication
from imagestudio.library.services.uploads import Received, add_upload
from imagestudio.library.visibility import HIDDEN_FROM_ALL, Reach
from tests.factories import make_generation, make_image, paint


def test_the_database_says_the_same_as_the_rule(team, cast) -> None:
    user, now = cast.user(Role.CREATOR), timezone.now()
    model = make_image(team, user)
    cases = product(Image.Moderation.values, (None, now), (None, now))
    images = Image.objects.bulk_create(
        Image(
            account=team,
            created_by=user,
            file=None if purged_at else model.file,
            origin=model.origin,
            format=model.format,
            width=model.width,
            height=model.height,
            moderation=moderation,
            trashed_at=trashed_at,
            purged_at=purged_at,
        )
        for moderation, trashed_at, purged_at in cases
    )
    reach = {one.pk: one.seen_at(Standing.OK).reach for one in [model, *images]}
    owned, shared = Image.objects.owned_by(team), Image.objects.behind_links()
    assert {one.pk for one in owned} == {pk for pk, far in reach.items() if far >= Reach.OWNER}
    assert {one.pk for one in shared} == {pk for pk, far in reach.items() if far >= Reach.LINK}
    assert {one.pk for one in owned.in_trash()} == {
        one.pk for one in images if one.trashed_at and reach[one.pk] == Reach.OWNER
    }


@pytest.mark.parametrize("whose", ["account", "person"])
def test_the_gallery_shows_what_the_rule_lets_everybody_see(team, cast, whose) -> None:
    user, now = cast.user(Role.CREATOR), timezone.now()
    model = make_image(team, user)
    cases = product(
        Image.Visibility.values, Image.Review.values, Image.Moderation.values, (None, now)
    )
    images = Image.objects.bulk_create(
        Image(
            account=team,
            created_by=user,
            file=model.file,
            origin=model.origin,
            format=model.format,
            width=model.width,
            height=model.height,
            visibility=visibility,
            review=review,
            moderation=moderation,
            trashed_at=trashed_at,
        )
        for visibility, review, moderation, trashed_at in cases
    )
    Publication.objects.bulk_create(
        Publication(image=one, account=team, asked_by=user, published_at=now) for one in images
    )
    for standing in Standing:
        if whose == "account":
            Account.objects.filter(pk=team.pk).update(standing=standing)
        else:
            User.objects.filter(pk=user.pk).update(standing=standing, is_active=False)
        public = {one.pk for one in images if one.seen_at(standing).reach is Reach.PUBLIC}
        assert set(Publication.objects.public().values_list("pk", flat=True)) == public
        assert bool(public) is (standing in {Standing.OK, Standing.WARNED})


@pytest.mark.parametrize("decision", HIDDEN_FROM_ALL)
def test_what_is_hidden_from_all_is_gone_by_every_route(creator_client, api, team, cast, decision):
    made = make_generation(cast.membership(Role.CREATOR), state=State.COMPLETED)
    child = make_generation(
        cast.membership(Role.CREATOR), state=State.COMPLETED, sources=[made.image]
    )
    pk = made.image.pk
    Image.objects.filter(pk=pk).update(moderation=decision, title="MARKED")
    sent = Attempt.objects.filter(generation=made)
    sent.update(answer={"result": {"image": "https://results.example/MARKED"}})
    pages = ["", "library/", "library/picker", "activity/", f"images/{child.image_id}/"]
    for path in pages:
        html = creator_client.get(f"/a/{team.slug}/{path}").content.decode()
        assert str(pk) not in html, path
        assert "MARKED" not in html, path
    gone = ["", "/original", "/renditions/256", "/lineage", "/children"]
    assert {api.get(f"/api/v1/images/{pk}{one}").status_code for one in gone} == {404}
    assert creator_client.get(f"/a/{team.slug}/images/{pk}/").status_code == 404
    shown = api.get(f"/api/v1/generations/{made.pk}").json()
    assert (shown["result"], [one["answer"] for one in shown["attempts"]]) == (None, [None])
    asked = {"prompt": "Again", "sources": [{"image_id": str(pk)}]}
    answer = api.post("/api/v1/generations", asked, content_type="application/json")
    assert answer.json()["code"] == "source_not_found"


def test_hidden_bytes_do_not_come_back_as_an_upload(cast, team) -> None:
    member, data = cast.membership(Role.CREATOR), paint(kind="PNG")
    image = add_upload(membership=member, received=Received(data)).image
    Image.objects.filter(pk=image.pk).update(moderation=Image.Moderation.HIDDEN_ALL)
    with pytest.raises(Denied, match="removed by a decision"):
        add_upload(membership=member, received=Received(data))
    assert Image.objects.filter(account=team).count() == 1


def test_what_left_the_library_leaves_no_tile(creator_client: Client, team, cast) -> None:
    made = make_generation(cast.membership(Role.CREATOR), state=State.COMPLETED)
    Image.objects.filter(pk=made.image_id).update(trashed_at=timezone.now())
    assert str(made.image_id) not in creator_client.get(f"/a/{team.slug}/").content.decode()
    tile = creator_client.get(f"/a/{team.slug}/generations/{made.pk}/tile")
    assert (tile.status_code, tile.content) == (200, b"")
